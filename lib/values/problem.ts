import type { ErrorCode } from './errors.ts'

/** Something that would make a release fail, found before it starts. */
export interface Problem {
  /** What it was found at: a step's title, a destination's name, an option. */
  readonly where: string
  readonly message: string
  readonly hint?: string
  readonly code?: ErrorCode
}

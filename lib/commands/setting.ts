import type { Place } from '../contracts/workshop.ts'
import type { BuildDefinition } from '../goals.ts'
import type { Options } from './options.ts'

/** What every command is given. */
export interface Setting {
  /** The build.ts. */
  readonly file: string
  readonly definition: BuildDefinition
  readonly options: Options
  /** The goals that were named. */
  readonly goals: readonly string[]
  /** The project's folder, absolute. */
  readonly folder: string
  readonly place: Place
  /** Whether the version that is named may be on another commit than the one that is checked out. */
  readonly anywhere?: boolean
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
  /** The exit code of a run that a signal stopped. */
  readonly exitCode: () => number
}

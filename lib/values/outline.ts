import type { Target } from './target.ts'

/** What is known of an artifact before it exists. */
export interface Outline<K extends string = string> {
  readonly kind: K
  /** The file name its users see. */
  readonly name: string
  /** The semantic version it carries. */
  readonly version?: string
  readonly target?: Target
}

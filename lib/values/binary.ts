import type { Artifact } from './artifact.ts'
import type { Target } from './target.ts'

/** How a binary was made, so that an outsider can make it again. */
export interface Build {
  /** The exact command, relative to the module's folder. */
  readonly command: readonly string[]
  /** The variables that the bytes depend on. */
  readonly environment: Readonly<Record<string, string>>
}

/** An executable for one target. */
export interface Binary extends Artifact<'binary'> {
  readonly target: Target
  /** The program's name without a suffix: `gateway`. */
  readonly program: string
  /** The project's name, which archives carry. */
  readonly project: string
  readonly version: string
  /** What it says of itself, where that is not its version. */
  readonly stamp?: string
  /** The commit's time, which every packed file carries. */
  readonly date: string
  readonly build?: Build
}

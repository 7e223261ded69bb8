import type { SampleProject } from '../../test/support/sample-project.ts'

/** One way to release the sample project; each has a copy of it and caches of its own. */
export interface Contestant {
  readonly name: string
  readonly project: SampleProject
  /** The whole process or processes, from start to end. Only this is timed. */
  release(): Promise<void>
  /** Empties its caches and its output: what comes next is cold. */
  forget(): Promise<void>
}

/** What every contestant is made of. */
export interface Arena {
  /** Where this contestant alone writes. */
  readonly folder: string
  readonly targets: readonly string[]
  /** The caller's, without what would change a build, and with the shared module cache. */
  readonly environment: NodeJS.ProcessEnv
  readonly signal: AbortSignal
}

import type { Project } from './project.ts'
import type { Target } from './target.ts'
import type { Toolchain } from './toolchain.ts'
import type { Version } from './version.ts'

/** All that a build.ts is a function of. Read first, uncached, before anything is composed. */
export interface Release {
  readonly version: Version
  readonly project: Project
  readonly toolchain: Toolchain
  /** Every target that is built. */
  readonly targets: readonly Target[]
  /** Pairs of the matrix that the toolchain does not have, with the reason. */
  readonly absent: readonly AbsentTarget[]
}

export interface AbsentTarget {
  readonly target: Target
  readonly reason: string
}

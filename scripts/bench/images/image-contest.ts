import type { ImageArena } from './image-arena.ts'
import type { BenchBase } from './bench-bases.ts'
import type { ReadyBinaries } from './ready-binaries.ts'
import type { ServerProject } from './server-project.ts'

/** What everyone who makes images is given. */
export interface ImageContest extends ImageArena {
  /** The registry that has the bases, and that the images go to. */
  readonly host: string
  readonly bases: readonly BenchBase[]
  readonly project: ServerProject
  /** Its programs, ready. */
  readonly binaries: ReadyBinaries
}

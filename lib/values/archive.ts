import type { Artifact } from './artifact.ts'
import type { Target } from './target.ts'

/** Binaries and files packed for one target, or the project's source packed for all. */
export interface Archive extends Artifact<'archive' | 'source-archive'> {
  readonly target?: Target
  readonly format: 'tar.gz' | 'zip'
  readonly version: string
}

/** The digests of artifacts as a text file. */
export interface Checksums extends Artifact<'checksums'> {
  readonly algorithm: 'sha256'
}

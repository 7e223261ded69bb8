import type { Artifact } from './artifact.ts'
import type { Digest } from './descriptor.ts'

/** A set of files: its bytes are a JSON list of these, each file's own bytes stand beside it in the content store. */
export type Files = Artifact<'files'>

/** One file of a set. */
export interface FileEntry {
  /** Relative path with forward slashes. */
  readonly path: string
  /** Unix permission bits. */
  readonly mode: number
  readonly size: number
  readonly digest: Digest
}

export const filesMediaType = 'application/vnd.slipway.files.v1+json'

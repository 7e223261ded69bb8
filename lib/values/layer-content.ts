import type { Digest } from './descriptor.ts'
import type { LayerBlob } from './image.ts'

/** What the bytes of a `Layer` say: its blob, and what is in it, so that it can be laid over any base. */
export interface LayerContent {
  readonly blob: LayerBlob
  readonly entries: readonly StoredEntry[]
}

/** A file of a layer whose bytes are in the content store. */
export interface StoredEntry {
  /** Relative, with forward slashes. */
  readonly path: string
  /** Unix permission bits. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly size: number
  readonly digest: Digest
}

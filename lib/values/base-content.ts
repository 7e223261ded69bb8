import type { Descriptor } from './descriptor.ts'
import type { LayerBlob } from './image.ts'
import type { Json } from './json.ts'

/** What the bytes of a `BaseImage` say. */
export interface BaseContent {
  /** The base's own image configuration; a base that is no image has what it wants containers to get. */
  readonly config: Json
  /** The base's layers as OCI has them, lowest first. */
  readonly layers: readonly LayerBlob[]
  /** What lies in the base: a blob of JSON. */
  readonly tree: Descriptor
}

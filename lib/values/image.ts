import type { Artifact } from './artifact.ts'
import type { Descriptor, Digest } from './descriptor.ts'
import type { AbsentTarget } from './release.ts'
import type { Target } from './target.ts'

/** A layer: its bytes are a JSON text of `LayerBlob`, the layer itself stands beside it in the content store. */
export interface Layer extends Artifact<'layer'> {
  readonly target?: Target
}

/** A layer's blob, and the digest of its uncompressed bytes: OCI image specification 1.1, "layer DiffID". */
export interface LayerBlob extends Descriptor {
  readonly diffId: Digest
}

/** What a base is for one platform: its bytes are a JSON text, its layers stand beside it in the content store. */
export interface BaseImage extends Artifact<'base'> {
  /** Absent where it is the same for every platform. */
  readonly target?: Target
}

/** An image for one platform: its bytes are the manifest, configuration and layers stand beside it in the content store. */
export interface PlatformImage extends Artifact<'platform-image'> {
  readonly target: Target
  readonly version: string
}

/** An image for several platforms: its bytes are the index, all that it refers to stands beside it in the content store. */
export interface Image extends Artifact<'image'> {
  /** The last part of the repository it goes to: `gateway`. */
  readonly repository: string
  /** What it is called there: `0.0.2-rc.1-alpine`. */
  readonly tag: string
  readonly distro: string
  /** Whether it is the one that a tag without a distro means. */
  readonly isDefault: boolean
  readonly version: string
  readonly platforms: readonly Target[]
  /** Platforms of the release that its base does not have, with the reason. */
  readonly absent: readonly AbsentTarget[]
  /** What it stands on, as the record names it. */
  readonly base: BaseName
}

/** What an image stands on: a reference and its digest, or what Slipway put together itself and from what. */
export interface BaseName {
  readonly name: string
  readonly digest?: Digest
  /** Where the parts of a base that is no image come from. */
  readonly parts?: Readonly<Record<string, string>>
}

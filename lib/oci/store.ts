import type { OciDescriptor } from './descriptor.ts'
import type { Index, Manifest } from './manifest.ts'

/** Where content is read from: a registry's repository, a layout, the cache. */
export interface Source {
  /** What errors call it: `registry.example/app`, `the layout in dist/images`. */
  readonly name: string
  /**
   * What a tag or a digest stands for: media type, digest and size, nothing that was not hashed.
   * @throws ReleaseError (REGISTRY) where there is none, or it answers wrongly
   */
  resolve(tagOrDigest: string): Promise<OciDescriptor>
  /** Streams the bytes, hashing them on the way. @throws ReleaseError (CONTENT) at the end where they are not what the descriptor says */
  open(descriptor: OciDescriptor): AsyncIterable<Uint8Array>
  /** What refers to it as its subject, each descriptor with artifactType and annotations. */
  referrers?(descriptor: OciDescriptor): Promise<readonly OciDescriptor[]>
}

/** Where content is written to. */
export interface Store extends Source {
  has(descriptor: OciDescriptor): Promise<boolean>
  /**
   * Takes a blob or a manifest in, by its digest; what it refers to has to be there. A store that can take the bytes over
   * from `from` by itself does so, and takes from there once more what it has lost of those.
   * @param open the bytes, opened anew for each try
   */
  push(descriptor: OciDescriptor, open: () => AsyncIterable<Uint8Array>, from?: Source): Promise<void>
  /**
   * Has a manifest be found among the referrers of its subject, where `push` alone does not do that: with it others see it,
   * so it comes after everything but the tags.
   */
  attach?(descriptor: OciDescriptor, manifest: Manifest | Index): Promise<void>
  /** Gives what is there a name. Last of all: a tag is what makes it visible. */
  tag(descriptor: OciDescriptor, tag: string): Promise<void>
}

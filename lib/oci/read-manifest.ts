import type { OciDescriptor } from './descriptor.ts'
import type { Index, Manifest } from './manifest.ts'
import { manifestLimit, parseManifest } from './parse-manifest.ts'
import { smallBlob } from './small-blob.ts'
import type { Source } from './store.ts'

export interface ReadManifest {
  readonly manifest: Manifest | Index
  /** What is passed on: its digest is theirs. */
  readonly bytes: Buffer
}

/** Reads a manifest or an index. @throws ReleaseError (IMAGE, REGISTRY, CONTENT) where it is none, and what the source throws */
export async function readManifest(source: Pick<Source, 'name' | 'open'>, descriptor: OciDescriptor): Promise<ReadManifest> {
  const bytes = await smallBlob(source, descriptor, manifestLimit)
  return { manifest: parseManifest(bytes, descriptor), bytes }
}

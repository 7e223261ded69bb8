import { createHash } from 'node:crypto'
import type { Content } from '../contracts/content.ts'
import { gzip } from '../formats/gzip.ts'
import type { Descriptor, Digest } from '../values/descriptor.ts'
import type { LayerEntry } from './layer-entry.ts'
import { layerTar } from './layer-tar.ts'
import { mediaTypes } from './media-types.ts'

export interface StoredLayer {
  readonly descriptor: Descriptor
  /** Of the uncompressed bytes: OCI image specification 1.1, "layer DiffID". */
  readonly diffId: Digest
}

/**
 * Makes a gzipped layer of entries and stores it.
 * @param level 0 to 9 as in zlib
 * @throws ReleaseError as `layerTar`
 */
export async function layerOf(
  entries: readonly LayerEntry[], { time, level }: { readonly time: Date, readonly level: number }, content: Content,
): Promise<StoredLayer> {
  const hash = createHash('sha256')
  const hashed = async function* (): AsyncGenerator<Uint8Array> {
    for await (const part of layerTar(entries, { time })) {
      hash.update(part)
      yield part
    }
  }
  const descriptor = await content.put(gzip(hashed(), level), mediaTypes.gzipLayer)
  return { descriptor, diffId: `sha256:${hash.digest('hex')}` }
}

import { createHash } from 'node:crypto'
import type { Content } from '../contracts/content.ts'
import { gzip } from '../formats/gzip.ts'
import type { Descriptor, Digest } from '../values/descriptor.ts'
import { mediaTypes } from './media-types.ts'

export interface StoredLayer {
  readonly descriptor: Descriptor
  /** Of the uncompressed bytes: OCI image specification 1.1, "layer DiffID". */
  readonly diffId: Digest
}

/**
 * Compresses the tar of a layer and stores it.
 * @param level 0 to 9 as in zlib
 */
export async function gzippedLayer(tar: AsyncIterable<Uint8Array>, level: number, content: Pick<Content, 'put'>): Promise<StoredLayer> {
  const hash = createHash('sha256')
  const hashed = async function* (): AsyncGenerator<Uint8Array> {
    for await (const part of tar) {
      hash.update(part)
      yield part
    }
  }
  const descriptor = await content.put(gzip(hashed(), level), mediaTypes.gzipLayer)
  return { descriptor, diffId: `sha256:${hash.digest('hex')}` }
}

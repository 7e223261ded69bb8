import { createHash } from 'node:crypto'
import type { Content } from '../contracts/content.ts'
import { gzip } from '../formats/gzip.ts'
import type { DeflateMemory, DeflatePart } from '../formats/deflate-pieces.ts'
import { gzipPieces } from '../formats/gzip-pieces.ts'
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
  const { hashed, diffId } = hashing()
  const descriptor = await content.put(gzip(hashed(tar), level), mediaTypes.gzipLayer)
  return { descriptor, diffId: diffId() }
}

/** The same of a tar in parts. @param memory compressed pieces from earlier */
export async function gzippedParts(
  parts: AsyncIterable<DeflatePart>, { level, memory }: { readonly level: number, readonly memory?: DeflateMemory | undefined }, content: Pick<Content, 'put'>,
): Promise<StoredLayer> {
  const { hashed, diffId } = hashing()
  const each = async function* (): AsyncGenerator<DeflatePart> {
    for await (const { bytes, apart } of parts) yield { bytes: hashed(bytes), apart }
  }
  const descriptor = await content.put(gzipPieces(each(), { level, memory }), mediaTypes.gzipLayer)
  return { descriptor, diffId: diffId() }
}

function hashing() {
  const hash = createHash('sha256')
  return {
    hashed: async function* (bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const part of bytes) {
        hash.update(part)
        yield part
      }
    },
    diffId: (): Digest => `sha256:${hash.digest('hex')}`,
  }
}

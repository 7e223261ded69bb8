import { crc32 } from 'node:zlib'
import { deflatePieces, lastBlock, type DeflateMemory, type DeflatePart } from './deflate-pieces.ts'

/**
 * Compresses as one gzip member (RFC 1952) without a name or a time, in the pieces of `deflatePieces`.
 * @param level 0 to 9 as in zlib
 */
export async function* gzipPieces(parts: AsyncIterable<DeflatePart>, { level, memory }: { readonly level: number, readonly memory?: DeflateMemory | undefined }): AsyncGenerator<Uint8Array> {
  const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, level === 9 ? 2 : level === 1 ? 4 : 0, 255])
  yield header
  let [sum, count, offset] = [0, 0, header.length]
  for await (const { bytes, digest, packed } of deflatePieces(parts, level, memory)) {
    sum = crc32(bytes, sum)
    count += bytes.length
    if (digest !== undefined) memory?.keep({ digest, offset, size: packed.length })
    offset += packed.length
    yield packed
  }
  const trailer = Buffer.alloc(8)
  trailer.writeUInt32LE(sum, 0)
  trailer.writeUInt32LE(count % 2 ** 32, 4)
  yield Buffer.concat([lastBlock, trailer])
}

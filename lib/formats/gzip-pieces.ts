import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { constants, crc32, deflateRaw } from 'node:zlib'
import type { Digest } from '../values/descriptor.ts'

/** A stretch of what is compressed; nothing of what stands before it shows in the compressed bytes of one that is `apart`. */
export interface GzipPart {
  readonly bytes: AsyncIterable<Uint8Array>
  readonly apart: boolean
}

/** Where a piece's compressed bytes stand in the whole. */
export interface GzipPiece {
  /** Of the piece before it was compressed. */
  readonly digest: Digest
  readonly offset: number
  readonly size: number
}

/** Compressed pieces from earlier, and who hears of new ones. */
export interface GzipMemory {
  /** The compressed bytes of a piece at the same level by the same zlib. */
  find(digest: Digest): Promise<Uint8Array> | undefined
  keep(piece: GzipPiece): void
}

/** Bytes that are compressed at a time: half a percent more than in one go, and as little is done again for one byte that changed. */
const pieceSize = 256 * 1024

/** Pieces at work at once: one is compressed while the next is read. */
const ahead = 3

/** An empty last block with fixed codes: RFC 1951, section 3.2.3. */
const lastBlock = Buffer.from([3, 0])

const deflate = promisify<Uint8Array, object, Buffer>(deflateRaw)

/**
 * Compresses as one gzip member (RFC 1952) without a name or a time, piece by piece: parts that are `apart` are cut at
 * every 256 KiB from their first byte on, and each piece is compressed by itself, so that equal ones are compressed once.
 * The bytes depend on the parts, on the level (0 to 9) and on the zlib of this Node, not on what the memory has.
 */
export async function* gzipPieces(parts: AsyncIterable<GzipPart>, { level, memory }: { readonly level: number, readonly memory?: GzipMemory | undefined }): AsyncGenerator<Uint8Array> {
  const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, level === 9 ? 2 : level === 1 ? 4 : 0, 255])
  yield header
  let [sum, count, offset] = [0, 0, header.length]
  for await (const { bytes, digest, packed } of inOrder(parts, level, memory)) {
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

interface Piece {
  readonly bytes: Uint8Array
  /** Of one that may be met again. */
  readonly digest?: Digest
}

async function* inOrder(parts: AsyncIterable<GzipPart>, level: number, memory: GzipMemory | undefined): AsyncGenerator<Piece & { readonly packed: Uint8Array }> {
  const working: Promise<Piece & { readonly packed: Uint8Array }>[] = []
  const compress = async (piece: Piece): Promise<Piece & { readonly packed: Uint8Array }> => ({
    ...piece,
    packed: await ((piece.digest === undefined ? undefined : memory?.find(piece.digest))
      ?? deflate(piece.bytes, { level, memLevel: 9, chunkSize: pieceSize, finishFlush: constants.Z_SYNC_FLUSH })),
  })
  try {
    for await (const { bytes, apart } of pieces(parts)) {
      const work = compress(apart && memory ? { bytes, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` } : { bytes })
      work.catch(() => {}) // whoever waits for it hears of it
      working.push(work)
      if (working.length >= ahead) yield await (working.shift() as typeof working[number])
    }
    while (working.length > 0) yield await (working.shift() as typeof working[number])
  } finally {
    await Promise.allSettled(working)
  }
}

async function* pieces(parts: AsyncIterable<GzipPart>): AsyncGenerator<{ readonly bytes: Uint8Array; readonly apart: boolean }> {
  let [held, size]: [Uint8Array[], number] = [[], 0]
  const take = (): Uint8Array => {
    const bytes = held.length === 1 ? held[0] as Uint8Array : Buffer.concat(held)
    ;[held, size] = [[], 0]
    return bytes
  }
  for await (const { bytes, apart } of parts) {
    if (apart && size > 0) yield { bytes: take(), apart: false }
    for await (const chunk of bytes) {
      for (let at = 0; at < chunk.length;) {
        const some = chunk.subarray(at, at + pieceSize - size)
        held.push(some)
        size += some.length
        at += some.length
        if (size === pieceSize) yield { bytes: take(), apart }
      }
    }
    if (apart && size > 0) yield { bytes: take(), apart: true }
  }
  if (size > 0) yield { bytes: take(), apart: false }
}

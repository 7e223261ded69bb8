import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { constants, deflateRaw } from 'node:zlib'
import type { Digest } from '../values/descriptor.ts'
import { giveBack } from '../values/lent-bytes.ts'

/** A stretch of what is compressed; nothing of what stands before it shows in the compressed bytes of one that is `apart`. */
export interface DeflatePart {
  readonly bytes: AsyncIterable<Uint8Array>
  readonly apart: boolean
}

/** Where a piece's compressed bytes stand in the whole. */
export interface DeflatePiece {
  /** Of the piece before it was compressed. */
  readonly digest: Digest
  readonly offset: number
  readonly size: number
}

/** Compressed pieces from earlier, and who hears of new ones. */
export interface DeflateMemory {
  /** The compressed bytes of a piece at the same level by the same zlib. */
  find(digest: Digest): Promise<Uint8Array> | undefined
  keep(piece: DeflatePiece): void
}

export interface Deflated {
  /** What was compressed, until the next is asked for: it may have been lent. */
  readonly bytes: Uint8Array
  readonly packed: Uint8Array
  /** Of `bytes`, where they may be met again. */
  readonly digest?: Digest
}

/** Bytes that are compressed at a time: half a percent more than in one go, and as little is done again for one byte that changed. */
export const pieceSize = 256 * 1024

/** Pieces at work at once: one is compressed while the next is read. */
const ahead = 3

/** What ends a stream of pieces, an empty block with fixed codes: RFC 1951, section 3.2.3. */
export const lastBlock: Uint8Array = Buffer.from([3, 0])

const deflate = promisify<Uint8Array, object, Buffer>(deflateRaw)

/**
 * Compresses piece by piece (RFC 1951, without the last block): parts that are `apart` are cut at every 256 KiB from their
 * first byte on, and each piece is compressed by itself, so that equal ones are compressed once. The bytes depend on the
 * parts, on the level (0 to 9) and on the zlib of this Node, not on what the memory has.
 */
export async function* deflatePieces(parts: AsyncIterable<DeflatePart>, level: number, memory?: DeflateMemory): AsyncGenerator<Deflated> {
  const working: Working[] = []
  try {
    for await (const { bytes, apart, ended } of pieces(parts)) {
      const work = compress(bytes, apart, level, memory)
      work.catch(() => {}) // whoever waits for it hears of it
      working.push({ work, ended })
      if (working.length >= ahead) yield* finished(working.shift())
    }
    while (working.length > 0) yield* finished(working.shift())
  } finally {
    await Promise.allSettled(working.map(({ work }) => work))
  }
}

interface Working {
  readonly work: Promise<Deflated>
  readonly ended: readonly Uint8Array[]
}

/** Pieces end in their order: with the last one of a chunk nobody looks at the chunk any more. */
async function* finished(working: Working | undefined): AsyncGenerator<Deflated> {
  if (!working) return
  yield await working.work
  for (const chunk of working.ended) giveBack(chunk)
}

async function compress(bytes: Uint8Array, apart: boolean, level: number, memory: DeflateMemory | undefined): Promise<Deflated> {
  if (!apart || !memory) return { bytes, packed: await deflated(bytes, level) }
  const digest: Digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  return { bytes, digest, packed: await (memory.find(digest) ?? deflated(bytes, level)) }
}

function deflated(bytes: Uint8Array, level: number): Promise<Uint8Array> {
  return deflate(bytes, { level, memLevel: 9, chunkSize: pieceSize, finishFlush: constants.Z_SYNC_FLUSH })
}

interface Piece {
  readonly bytes: Uint8Array
  readonly apart: boolean
  /** The chunks of which nothing comes after it. */
  readonly ended: readonly Uint8Array[]
}

async function* pieces(parts: AsyncIterable<DeflatePart>): AsyncGenerator<Piece> {
  let [held, size, ended]: [Uint8Array[], number, Uint8Array[]] = [[], 0, []]
  const take = (apart: boolean): Piece => {
    const piece = { bytes: held.length === 1 ? held[0] as Uint8Array : Buffer.concat(held), apart, ended }
    ;[held, size, ended] = [[], 0, []]
    return piece
  }
  for await (const { bytes, apart } of parts) {
    if (apart && size > 0) yield take(false)
    for await (const chunk of bytes) {
      for (let at = 0; at < chunk.length;) {
        const some = chunk.subarray(at, at + pieceSize - size)
        held.push(some)
        size += some.length
        at += some.length
        if (at === chunk.length) ended.push(chunk)
        if (size === pieceSize) yield take(apart)
      }
    }
    if (apart && size > 0) yield take(true)
  }
  if (size > 0) yield take(false)
}

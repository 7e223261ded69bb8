import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { ReleaseError } from '../values/errors.ts'
import { readableBytes } from '../values/readable.ts'

type Bytes = AsyncIterable<Uint8Array>

const chunkSize = 256 * 1024

/** What the zstd programs decode without being asked: RFC 8878, section 3.1.1.1.2 leaves the limit to the decoder. */
const largestWindow = 128 * 1024 * 1024

/** The longest header of a zstd frame. */
const headLength = 18

/** Compressed bytes that zstd is given at a time: of each four it may make 128 KiB, and what it makes waits in memory. */
const zstdStep = 1024

/**
 * The bytes of a layer without its compression: gzip, zstd or none. The first bytes decide, because media types lie.
 * @param limit bytes that may come out at most
 * @throws ReleaseError (CONTENT) where they are damaged, encrypted, more than the limit, or compressed in another way; an error
 * of the source as it is: one that hashes what it hands on knows better what is damaged, and is read to its end for that
 */
export async function* decompressed(mediaType: string, bytes: Bytes, limit: number): AsyncGenerator<Uint8Array> {
  if (mediaType.endsWith('+encrypted')) throw refusal(mediaType, 'it is encrypted', 'Use an image whose layers are not encrypted.')
  const source = sourceOf(bytes)
  let size = 0
  try {
    const head = await firstBytes(source)
    for await (const part of openerOf(head, mediaType)(following(head, source))) {
      size += part.length
      if (size > limit) throw tooLarge(mediaType, limit)
      yield part
    }
  } catch (error) {
    await source.drain()
    throw error instanceof ReleaseError ? error : refusal(mediaType, `its compressed bytes are damaged: ${(error as Error).message}`, undefined, error)
  } finally {
    await source.close()
  }
}

/** RFC 1952, section 2.3.1; RFC 8878, sections 3.1.1 and 3.1.2; what else archives are compressed with. */
function openerOf(head: Uint8Array, mediaType: string): (bytes: Bytes) => Bytes {
  const magic = Buffer.from(head.subarray(0, 6)).toString('hex')
  if (magic.startsWith('1f8b')) return gunzip
  if (/^(28b52ffd|5.2a4d18)/.test(magic)) return unzstd
  if (magic.startsWith('fd377a585a00') || magic.startsWith('425a68')) {
    throw refusal(mediaType, `it is compressed with ${magic.startsWith('fd') ? 'xz' : 'bzip2'}`, 'Use an image with gzip or zstd layers.')
  }
  return bytes => bytes
}

function gunzip(bytes: Bytes): Bytes {
  const stream = createGunzip({ chunkSize })
  pipeline(bytes, stream, () => {}) // an error of the source destroys the stream, whose reader hears of it
  return stream as AsyncIterable<Buffer>
}

async function* unzstd(bytes: Bytes): AsyncGenerator<Uint8Array> {
  const { Decompress } = await import('fzstd')
  let made: Uint8Array[] = []
  const decoder = new Decompress(part => { made.push(part) })
  let first = true
  for await (const part of bytes) {
    if (first) checkWindow(part)
    first = false
    for (let at = 0; at < part.length; at += zstdStep) {
      decoder.push(part.subarray(at, at + zstdStep))
      yield* made
      made = []
    }
  }
  decoder.push(new Uint8Array(0), true)
  yield* made
}

/** fzstd takes the memory for the window at once, up to 2 GiB: RFC 8878, sections 3.1.1.1.2 and 3.1.1.1.4. */
function checkWindow(frame: Uint8Array): void {
  const window = windowOf(Buffer.from(frame.subarray(0, headLength)))
  if (window > largestWindow) throw new Error(`the window of ${readableBytes(window)} is larger than ${readableBytes(largestWindow)}`)
}

function windowOf(frame: Buffer): number {
  if (frame.length < headLength || frame[0] !== 0x28) return 0   // short, or skipped
  const flags = frame.readUInt8(4)
  if ((flags & 0x20) === 0) {
    const base = 2 ** (10 + (frame.readUInt8(5) >> 3))
    return base + base / 8 * (frame.readUInt8(5) & 7)
  }
  const at = 5 + ([0, 1, 2, 4][flags & 3] ?? 0)   // after the dictionary's id: the size of the content, which is the window's
  return [() => 0, () => 0, () => frame.readUInt32LE(at), () => Number(frame.readBigUInt64LE(at))][flags >> 6]?.() ?? 0
}

/** So many first bytes, with those of their chunk; fewer only where there are no more. */
async function firstBytes(source: Bytes): Promise<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]()
  let head: Uint8Array = new Uint8Array(0)
  while (head.length < headLength) {
    const next = await iterator.next()
    if (next.done) break
    head = Buffer.concat([head, next.value])
  }
  return head
}

async function* following(head: Uint8Array, rest: Bytes): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head
  yield* rest
}

interface Source extends Bytes {
  /** Reads what is left. @throws the error of the bytes, also one that somebody has met before */
  drain(): Promise<void>
  close(): Promise<void>
}

/** Bytes that whoever stops reading them leaves open. */
function sourceOf(bytes: Bytes): Source {
  const iterator = bytes[Symbol.asyncIterator]()
  let failure: { readonly error: unknown } | undefined
  const next = (): Promise<IteratorResult<Uint8Array>> => iterator.next().catch((error: unknown) => {
    failure = { error }
    throw error
  })
  return {
    [Symbol.asyncIterator]: () => ({ next }),
    drain: async () => {
      for (let ended = failure !== undefined; !ended;) ended = (await next()).done === true
      if (failure) throw failure.error
    },
    close: async () => { await iterator.return?.() },
  }
}

function tooLarge(mediaType: string, limit: number): ReleaseError {
  return refusal(mediaType, `it is larger than ${readableBytes(limit)} without its compression`, 'Use an image with smaller layers.')
}

function refusal(mediaType: string, why: string, hint?: string, cause?: unknown): ReleaseError {
  return new ReleaseError(`Cannot decompress a layer (${mediaType}): ${why}`, {
    code: 'CONTENT', cause, hint: hint ?? 'Fetch it again; if it stays damaged, use another image.',
  })
}

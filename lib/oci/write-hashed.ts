import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { Digest } from '../values/descriptor.ts'

export interface Written {
  readonly digest: Digest
  /** Bytes. */
  readonly size: number
}

/** Bytes that wait while others are written, and are written together then. */
const gathered = 1 << 20

/** Writes a file that is not there yet, hashing its bytes as they pass by. What an error leaves of it is the caller's to remove. */
export async function writeHashed(file: string, bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Written> {
  const hash = createHash('sha256')
  let size = 0
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const part of bytes) {
      hash.update(part)
      size += part.length
      yield part
    }
  }
  const stream = createWriteStream(file, { flags: 'wx', highWaterMark: gathered })
  try {
    await pipeline(counted, stream)
  } catch (error) {
    // It may still be about to be opened: what is removed now would be there afterwards.
    if (!stream.closed) await new Promise<void>(resolve => { stream.once('close', () => { resolve() }) })
    throw error
  }
  return { digest: `sha256:${hash.digest('hex')}`, size }
}

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import type { Digest } from '../values/descriptor.ts'

const small = 1 << 20
const atOnce = 16

/** A tree has more files than a process may open, and their bytes together do not fit into memory. */
let free = atOnce
const waiting: (() => void)[] = []

/** The digest and size of a file's bytes, read whole every time: times and sizes prove nothing. */
export async function hashFile(file: string): Promise<{ readonly digest: Digest; readonly size: number }> {
  if (free === 0) await new Promise<void>(resolve => waiting.push(resolve))
  else free -= 1
  try {
    return await hashed(file)
  } finally {
    const next = waiting.shift()
    if (next) next()
    else free += 1
  }
}

async function hashed(file: string): Promise<{ readonly digest: Digest; readonly size: number }> {
  const hash = createHash('sha256')
  if ((await stat(file)).size <= small) {
    const bytes = await readFile(file)
    return { digest: `sha256:${hash.update(bytes).digest('hex')}`, size: bytes.length }
  }
  let size = 0
  for await (const part of createReadStream(file, { highWaterMark: small }) as AsyncIterable<Buffer>) {
    hash.update(part)
    size += part.length
  }
  return { digest: `sha256:${hash.digest('hex')}`, size }
}

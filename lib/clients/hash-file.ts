import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import type { Digest } from '../values/descriptor.ts'

const small = 1 << 20

/** The digest and size of a file's bytes, read whole every time: times and sizes prove nothing. */
export async function hashFile(file: string): Promise<{ readonly digest: Digest; readonly size: number }> {
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

import { createHash } from 'node:crypto'
import { passingBytes } from './file-bytes.ts'
import type { Written } from './write-hashed.ts'

/** The digest and size of all bytes of a file. */
export async function digestOfFile(file: string): Promise<Written> {
  const hash = createHash('sha256')
  let size = 0
  for await (const bytes of passingBytes(file, Infinity)) {
    hash.update(bytes)
    size += bytes.length
  }
  return { digest: `sha256:${hash.digest('hex')}`, size }
}

import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { Written } from './write-hashed.ts'

const bufferSize = 1 << 20

/** Buffers that wait for the next file: one that is new for every piece costs more than hashing what is in it. */
const idle: Buffer[] = []
const mostIdle = 16

/** The digest and size of all bytes of a file. */
export async function digestOfFile(file: string): Promise<Written> {
  const handle = await open(file)
  const buffer = idle.pop() ?? Buffer.allocUnsafeSlow(bufferSize)
  try {
    const hash = createHash('sha256')
    for (let size = 0; ;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, null)
      if (bytesRead === 0) return { digest: `sha256:${hash.digest('hex')}`, size }
      hash.update(buffer.subarray(0, bytesRead))
      size += bytesRead
    }
  } finally {
    if (idle.length < mostIdle) idle.push(buffer)
    await handle.close()
  }
}

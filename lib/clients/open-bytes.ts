import { open } from 'node:fs/promises'
import type { Bytes } from '../formats/bytes.ts'

/** A file to read from anywhere, and to close. */
export async function openBytes(file: string): Promise<Bytes & { close(): Promise<void> }> {
  const handle = await open(file)
  const { size } = await handle.stat()
  return {
    size,
    read: async (offset, length) => {
      const buffer = Buffer.alloc(Math.max(0, Math.min(length, size - offset)))
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset)
      return buffer.subarray(0, bytesRead)
    },
    close: () => handle.close(),
  }
}

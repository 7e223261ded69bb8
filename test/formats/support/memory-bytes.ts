import type { Bytes } from '../../../lib/formats/bytes.ts'

/** Bytes at hand, which count how many of them are read. */
export interface MemoryBytes extends Bytes {
  count(): number
}

export function memoryBytes(bytes: Uint8Array): MemoryBytes {
  let count = 0
  return {
    size: bytes.length,
    async read(offset, length) {
      const part = bytes.subarray(offset, offset + length)
      count += part.length
      return part
    },
    count: () => count,
  }
}

import type { Bytes } from '../bytes.ts'
import type { Region } from './layout.ts'

const windowSize = 1024 * 1024

/** Where `needle` first begins in a region, as an offset in the file; a MiB at a time. */
export async function findBytes(
  bytes: Bytes, { offset, size }: Region, needle: Uint8Array,
): Promise<number | undefined> {
  const end = Math.min(offset + size, bytes.size)
  for (let at = offset; at + needle.length <= end; at += windowSize) {
    // Windows overlap, so that a needle across their border is whole in one of them.
    const length = Math.min(windowSize + needle.length - 1, end - at)
    const found = Buffer.from(await bytes.read(at, length)).indexOf(needle)
    if (found >= 0) return at + found
  }
  return undefined
}

import type { Entry } from '../../../lib/formats/entry.ts'

/** An entry whose bytes are at hand; they come in chunks of `step`. */
export function memoryEntry(
  name: string, content: Uint8Array | string, more: Partial<Entry> = {}, step = 65536,
): Entry {
  const bytes = Buffer.from(content)
  return {
    name,
    mode: 0o644,
    size: bytes.length,
    async *open() {
      for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step)
    },
    ...more,
  }
}

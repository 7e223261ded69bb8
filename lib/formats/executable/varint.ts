import { unreadable } from './unreadable.ts'

/** A variable-length number (LEB128, as Go's binary.Uvarint): seven bits a byte, the lowest first. */
export function varint(bytes: Uint8Array, at: number): { value: number, next: number } {
  let [value, scale, next] = [0, 1, at]
  for (;; scale *= 128) {
    const byte = bytes[next++]
    if (byte === undefined || scale > 2 ** 49) throw unreadable('the executable', 'a number in it has no end')
    value += (byte & 127) * scale
    if (byte < 128) return { value, next }
  }
}

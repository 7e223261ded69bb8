import type { Bytes } from '../bytes.ts'
import { unreadable } from './unreadable.ts'

/** The numbers and texts of a header, by their offset in it; a RangeError beyond it. */
export interface Fields {
  u16(at: number): number
  u32(at: number): number
  /** Exact up to 2^53; more is beyond the end of any file. */
  u64(at: number): number
  /** A u64 in a 64-bit file, else a u32. */
  word(at: number): number
  /** Text up to the first zero byte, at most `length` bytes. */
  text(at: number, length: number): string
}

export type HeaderReader = (offset: number, length: number) => Promise<Fields>

export interface Encoding {
  readonly littleEndian: boolean
  readonly wide: boolean
}

/** Headers are small: a size above this is a damaged file, not one to be loaded. */
const largest = 16 * 1024 * 1024

/** Reads parts of a file as headers; a part beyond the end of the file throws BINARY. */
export function headerReader(bytes: Bytes, encoding: Encoding): HeaderReader {
  return async (offset, length) => {
    const inside = length <= largest && offset + length <= bytes.size
    const header = inside ? await bytes.read(offset, length) : new Uint8Array()
    if (header.length < length) throw unreadable('the executable', 'its headers point beyond its end')
    return fieldsOf(header, encoding)
  }
}

function fieldsOf(header: Uint8Array, { littleEndian, wide }: Encoding): Fields {
  const view = new DataView(header.buffer, header.byteOffset, header.length)
  const u32 = (at: number) => view.getUint32(at, littleEndian)
  const u64 = (at: number) => Number(view.getBigUint64(at, littleEndian))
  return {
    u16: at => view.getUint16(at, littleEndian),
    u32,
    u64,
    word: wide ? u64 : u32,
    text: (at, length) => textOf(header.subarray(at, at + length)),
  }
}

function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('latin1')
}

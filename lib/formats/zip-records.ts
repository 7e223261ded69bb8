import type { DosTime } from './dos-time.ts'

/** APPNOTE.TXT 4.4.5 */
export const methods = { stored: 0, deflated: 8 } as const

/** A file in a zip, as far as its records tell. */
export interface ZipMember {
  /** UTF-8. */
  readonly name: Uint8Array
  /** Unix: the file's type and its permission bits. */
  readonly mode: number
  readonly time: DosTime
  readonly method: typeof methods[keyof typeof methods]
  /** Whether checksum and sizes come after the bytes: they are not known before. */
  readonly streamed: boolean
  /** Whether sizes are written in 64 bits. */
  readonly large: boolean
  /** Of its local header, in bytes from the first one of the zip. */
  readonly offset: number
  readonly crc: number
  readonly size: number
  /** Bytes that it takes in the zip. */
  readonly packed: number
}

/** The name is UTF-8, APPNOTE.TXT 4.4.4, bit 11; what is not known yet comes after the bytes, bit 3. */
const flags = { utf8: 1 << 11, streamed: 1 << 3 }

/** Unix, and version 6.3 of the specification: APPNOTE.TXT 4.4.2. */
const madeBy = 3 << 8 | 63

/** APPNOTE.TXT 4.4.3.2 */
const needed = { plain: 20, zip64: 45 }

/** ZIP64's extra field: APPNOTE.TXT 4.5.3. */
const zip64 = 1

const [most16, most32] = [0xffff, 0xffffffff]

/** Numbers with the bytes that each takes, one after the other, the lowest byte first. */
function record(...fields: readonly (readonly [bytes: 2 | 4 | 8, value: number])[]): Buffer {
  const made = Buffer.alloc(fields.reduce((sum, [bytes]) => sum + bytes, 0))
  let at = 0
  for (const [bytes, value] of fields) {
    if (bytes === 8) made.writeBigUInt64LE(BigInt(value), at)
    else made.writeUIntLE(value, at, bytes)
    at += bytes
  }
  return made
}

/** APPNOTE.TXT 4.3.7 */
export function localHeader({ name, time, method, streamed, large, crc, size, packed }: ZipMember): Uint8Array {
  const extra = large ? record([2, zip64], [2, 16], [8, 0], [8, 0]) : Buffer.alloc(0)
  const [sum, sizes] = streamed ? [0, large ? [most32, most32] : [0, 0]] as const : [crc, [packed, size]] as const
  return Buffer.concat([
    record(
      [4, 0x04034b50], [2, large ? needed.zip64 : needed.plain], [2, flags.utf8 | (streamed ? flags.streamed : 0)], [2, method],
      [2, time.time], [2, time.date], [4, sum], [4, sizes[0]], [4, sizes[1]], [2, name.length], [2, extra.length],
    ),
    name, extra,
  ])
}

/** APPNOTE.TXT 4.3.9 */
export function dataDescriptor({ large, crc, size, packed }: ZipMember): Uint8Array {
  const bytes = large ? 8 : 4
  return record([4, 0x08074b50], [4, crc], [bytes, packed], [bytes, size])
}

/** APPNOTE.TXT 4.3.12 */
export function centralHeader(member: ZipMember): Uint8Array {
  const { name, time, mode, method, streamed, crc, size, packed, offset } = member
  const large = member.large || offset >= most32
  const extra = large ? record([2, zip64], [2, 24], [8, size], [8, packed], [8, offset]) : Buffer.alloc(0)
  const of = (value: number): number => large ? most32 : value
  return Buffer.concat([
    record(
      [4, 0x02014b50], [2, madeBy], [2, large ? needed.zip64 : needed.plain], [2, flags.utf8 | (streamed ? flags.streamed : 0)], [2, method],
      [2, time.time], [2, time.date], [4, crc], [4, of(packed)], [4, of(size)], [2, name.length], [2, extra.length],
      [2, 0], [2, 0], [2, 0], [4, mode * 2 ** 16], [4, of(offset)],
    ),
    name, extra,
  ])
}

/** What stands last, with ZIP64's own two records before it where a number needs them: APPNOTE.TXT 4.3.14 to 4.3.16. */
export function endOfZip({ count, offset, size }: { readonly count: number, readonly offset: number, readonly size: number }): Uint8Array {
  const large = count >= most16 || offset >= most32 || size >= most32
  const longer = large ? [
    record([4, 0x06064b50], [8, 44], [2, madeBy], [2, needed.zip64], [4, 0], [4, 0], [8, count], [8, count], [8, size], [8, offset]),
    record([4, 0x07064b50], [4, 0], [8, offset + size], [4, 1]),
  ] : []
  const [short, long] = large ? [most16, most32] as const : [undefined, undefined] as const
  return Buffer.concat([...longer, record(
    [4, 0x06054b50], [2, 0], [2, 0], [2, short ?? count], [2, short ?? count], [4, long ?? size], [4, long ?? offset], [2, 0],
  )])
}

import { promisify } from 'node:util'
import { crc32, deflateRaw } from 'node:zlib'
import { checkedEntries, type Entries } from './checked-entries.ts'
import { deflatePieces, lastBlock, pieceSize, type DeflateMemory } from './deflate-pieces.ts'
import { dosTime, type DosTime } from './dos-time.ts'
import type { Entry } from './entry.ts'
import { centralHeader, dataDescriptor, endOfZip, localHeader, methods, type ZipMember } from './zip-records.ts'

/** File types in the upper half of a mode, as in POSIX `sys/stat.h`. */
const regularFile = 0o100000
const symbolicLink = 0o120000

export interface ZipOptions {
  readonly time: Date
  /** 0 to 9 as in zlib; with 0 nothing is compressed. Default: 6. */
  readonly level?: number
  /** Compressed pieces of large files from earlier. */
  readonly memory?: DeflateMemory | undefined
}

const deflate = promisify<Uint8Array, object, Buffer>(deflateRaw)

/**
 * A zip archive (APPNOTE.TXT 6.3, with ZIP64 where a size or a place needs it) of the entries in the order given, deflated, as
 * a stream; files from 256 KiB on in the pieces of `deflatePieces`. Every member has the same time in UTC, clamped to 1980 and
 * 2107, and its Unix mode. Throws NAME and CONTENT.
 */
export async function* zip(entries: Entries, { time, level = 6, memory }: ZipOptions): AsyncGenerator<Uint8Array> {
  const members: ZipMember[] = []
  let offset = 0
  const counted = (bytes: Uint8Array): Uint8Array => {
    offset += bytes.length
    return bytes
  }
  for await (const entry of checkedEntries(entries)) {
    const began = { ...startOf(entry, level, dosTime(time)), offset }
    yield counted(localHeader(began))
    const sums = { crc: began.crc, size: began.size, packed: 0 }
    for await (const { bytes, packed, digest } of contentOf(entry, began, level, memory)) {
      sums.crc = entry.link === undefined ? crc32(bytes, sums.crc) : sums.crc
      sums.size += entry.link === undefined ? bytes.length : 0
      if (digest !== undefined) memory?.keep({ digest, offset, size: packed.length })
      sums.packed += packed.length
      yield counted(packed)
    }
    const member = { ...began, ...sums }
    if (began.streamed) yield counted(dataDescriptor(member))
    members.push(member)
  }
  const directory = offset
  for (const member of members) yield counted(centralHeader(member))
  yield endOfZip({ count: members.length, offset: directory, size: offset - directory })
}

function startOf({ name, mode, size, link }: Entry, level: number, time: DosTime): Omit<ZipMember, 'offset'> {
  const common = { name: Buffer.from(name), time }
  if (link === undefined) {
    return { ...common, mode: regularFile | mode, method: level === 0 ? methods.stored : methods.deflated, streamed: true, large: isLarge(size), crc: 0, size: 0, packed: 0 }
  }
  const target = Buffer.from(link)
  return { ...common, mode: symbolicLink | mode, method: methods.stored, streamed: false, large: false, crc: crc32(target), size: target.length, packed: target.length }
}

/** Whether its size, or what becomes of it where nothing can be compressed, may be more than 32 bits hold. */
function isLarge(size: number): boolean {
  return size > 0xffffffff - 2 ** 24
}

interface Stretch {
  readonly bytes: Uint8Array
  readonly packed: Uint8Array
  readonly digest?: `sha256:${string}`
}

async function* contentOf(entry: Entry, { method }: Pick<ZipMember, 'method'>, level: number, memory: DeflateMemory | undefined): AsyncGenerator<Stretch> {
  if (entry.link !== undefined) {
    const target = Buffer.from(entry.link)
    yield { bytes: target, packed: target }
  } else if (method === methods.stored) {
    for await (const bytes of entry.open()) yield { bytes, packed: bytes }
  } else if (entry.size >= pieceSize) {
    yield* deflatePieces((async function* () { yield { bytes: entry.open(), apart: true } })(), level, memory)
    yield { bytes: new Uint8Array(), packed: lastBlock }
  } else {
    const chunks: Uint8Array[] = []
    for await (const chunk of entry.open()) chunks.push(chunk)
    const bytes = Buffer.concat(chunks)
    yield { bytes, packed: await deflate(bytes, { level }) }
  }
}

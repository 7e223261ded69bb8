import type { Bytes } from '../bytes.ts'
import { findBytes } from './find-bytes.ts'
import type { Layout, Region } from './layout.ts'
import { unreadable } from './unreadable.ts'
import { varint } from './varint.ts'

/** The two strings that Go's linker leaves in every program. */
export interface LinkedStrings {
  readonly goVersion: string
  /** The module info as text, as in Go's runtime/debug; empty when the program was not built in module mode. */
  readonly modules: string
}

const magic = Buffer.from('\xff Go buildinf:', 'latin1')
const headerSize = 32
const longestNumber = 10

/** Marks around the module info, of no other meaning: infoStart and infoEnd in Go's cmd/go/internal/modload. */
const markSize = 16

/**
 * Finds and decodes the build info of an executable file: 32 bytes of header with a magic number, then two strings,
 * each led by its length (Go's debug/buildinfo). Throws BINARY.
 */
export async function linkedStrings(bytes: Bytes, { data }: Layout): Promise<LinkedStrings> {
  let rest = data
  while (rest !== undefined) {
    const at = await findBytes(bytes, rest, magic)
    if (at === undefined) break
    const header = await bytes.read(at, headerSize)
    rest = after(rest, at + headerSize)
    if (isHeader(header)) return decode(bytes, header, rest)
  }
  throw unreadable('the Go build info', 'there is none in the executable')
}

function after({ offset, size }: Region, start: number): Region {
  return { offset: start, size: offset + size - start }
}

// A program that reads build info has the magic number too, as a constant: what follows tells them apart.
function isHeader(header: Uint8Array): boolean {
  const [pointerSize = 0, flags = 255] = header.subarray(magic.length)
  return header.length === headerSize && [4, 8].includes(pointerSize) && flags < 4
}

async function decode(bytes: Bytes, header: Uint8Array, rest: Region): Promise<LinkedStrings> {
  const inline = ((header[magic.length + 1] ?? 0) & 2) !== 0
  if (!inline) throw unreadable('the Go build info', 'the executable was linked by a Go older than 1.18')
  const version = await readString(bytes, rest)
  const modules = await readString(bytes, after(rest, version.end))
  return { goVersion: version.text.toString(), modules: unframed(modules.text) }
}

async function readString(bytes: Bytes, { offset, size }: Region): Promise<{ text: Buffer, end: number }> {
  const { value: length, next } = varint(await bytes.read(offset, longestNumber), 0)
  const text = next + length <= size ? Buffer.from(await bytes.read(offset + next, length)) : undefined
  if (text?.length !== length) throw unreadable('the Go build info', 'it does not end where it should')
  return { text, end: offset + next + length }
}

function unframed(modules: Buffer): string {
  const framed = modules.length > 2 * markSize && modules.at(-markSize - 1) === 10
  return framed ? modules.subarray(markSize, -markSize).toString() : ''
}

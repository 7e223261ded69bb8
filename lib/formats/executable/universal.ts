import type { Bytes } from '../bytes.ts'
import { headerReader, type Fields } from './header-reader.ts'
import type { Layout, Region } from './layout.ts'
import { machoArchitecture } from './macho-architecture.ts'
import { macho } from './macho.ts'
import { unreadable } from './unreadable.ts'

const entrySize = 20

/** More slices than this are none: a Java class begins with the same bytes, then a version from 45 up. */
const mostSlices = 44

/** Reads the headers of a universal file and of the Mach-O files in it (<mach-o/fat.h>). */
export async function universal(bytes: Bytes): Promise<Layout> {
  const slices = await readSlices(bytes)
  const layouts = await Promise.all(slices.map(slice => macho(partOf(bytes, slice))))
  const systems = new Set(layouts.map(({ os }) => os))
  const [first, data] = [slices[0], layouts[0]?.data]
  return {
    format: 'macho-universal',
    architectures: layouts.flatMap(({ architectures }) => architectures),
    os: systems.size === 1 ? layouts[0]?.os : undefined,
    data: first && data && { offset: first.offset + data.offset, size: data.size },
  }
}

async function readSlices(bytes: Bytes): Promise<Region[]> {
  const read = headerReader(bytes, { littleEndian: false, wide: false })
  const count = (await read(4, 4)).u32(0)
  if (count === 0 || count > mostSlices) throw unreadable('the executable', `it cannot have ${count} slices`)
  const table = await read(8, count * entrySize)
  return Array.from({ length: count }, (_, index) => sliceOf(table, index * entrySize))
}

function sliceOf(table: Fields, at: number): Region {
  machoArchitecture(table.u32(at))
  return { offset: table.u32(at + 8), size: table.u32(at + 12) }
}

function partOf(bytes: Bytes, { offset, size }: Region): Bytes {
  return { size: Math.min(size, bytes.size - offset), read: (at, length) => bytes.read(offset + at, length) }
}

import type { Bytes } from '../bytes.ts'
import { headerReader, type Fields } from './header-reader.ts'
import type { Layout, Region } from './layout.ts'
import { unreadable } from './unreadable.ts'

/** Machine types of the COFF header. */
const architectures: Readonly<Record<number, string>> = {
  0x14c: '386',
  0x1c4: 'arm',
  0x8664: 'amd64',
  0xaa64: 'arm64',
}

const sectionSize = 40

/** Initialized data that can be read and written, whatever its alignment. */
const writableData = 0xc0000040
const alignment = 0x00f00000

/** Reads the headers of a PE file (Microsoft's "PE Format"). */
export async function pe(bytes: Bytes): Promise<Layout> {
  const read = headerReader(bytes, { littleEndian: true, wide: false })
  const start = (await read(0, 64)).u32(60)
  const header = await read(start, 24)
  if (header.u32(0) !== 0x4550) throw unreadable('the executable', 'it is for DOS') // "PE\0\0"
  const optional = await read(start + 24, header.u16(20))
  const sections = await read(start + 24 + header.u16(20), header.u16(6) * sectionSize)
  return {
    format: 'pe',
    architectures: [architectureOf(header.u16(4))],
    os: [2, 3].includes(optional.u16(68)) ? 'windows' : undefined, // windows, console; others are firmware
    data: dataOf(sections, header.u16(6)),
  }
}

function architectureOf(machine: number): string {
  const architecture = architectures[machine]
  if (architecture !== undefined) return architecture
  throw unreadable('the executable', `Go has no architecture for PE machine 0x${machine.toString(16)}`)
}

function dataOf(sections: Fields, count: number): Region | undefined {
  for (let at = 0; at < count * sectionSize; at += sectionSize) {
    const size = sections.u32(at + 16)
    const kind = sections.u32(at + 36) & ~alignment
    if (size > 0 && kind >>> 0 === writableData) return { offset: sections.u32(at + 20), size }
  }
  return undefined
}

import type { Bytes } from '../bytes.ts'
import { elfSystem } from './elf-system.ts'
import { headerReader, type Fields, type HeaderReader } from './header-reader.ts'
import type { Layout, Region } from './layout.ts'
import { unreadable } from './unreadable.ts'

/** A program header: a part of the file as it is loaded. */
export interface Segment extends Region {
  readonly type: number
  readonly writable: boolean
  readonly executable: boolean
}

/** e_machine, bits and byte order, as Go's linker writes them for each GOARCH. */
const architectures: Readonly<Record<string, string>> = {
  '3/32/little': '386',
  '62/64/little': 'amd64',
  '40/32/little': 'arm',
  '183/64/little': 'arm64',
  '258/64/little': 'loong64',
  '8/32/big': 'mips',
  '8/32/little': 'mipsle',
  '8/64/big': 'mips64',
  '8/64/little': 'mips64le',
  '21/64/big': 'ppc64',
  '21/64/little': 'ppc64le',
  '243/64/little': 'riscv64',
  '22/64/big': 's390x',
}

// Where files of 32 and of 64 bits keep the same fields.
const narrow = { header: 52, segments: 28, sections: 32, counts: 42, flags: 24, offset: 4, size: 16, at: 16, long: 20 }
const wide = { header: 64, segments: 32, sections: 40, counts: 54, flags: 4, offset: 8, size: 32, at: 24, long: 32 }
type Places = typeof narrow

/** Reads the headers of an ELF file: System V ABI, "ELF Header", "Program Header" and "Sections". */
export async function elf(bytes: Bytes): Promise<Layout> {
  const ident = Buffer.from(await bytes.read(0, 16))
  const is64 = ident[4] === 2
  const littleEndian = ident[5] === 1
  const places = is64 ? wide : narrow
  const read = headerReader(bytes, { littleEndian, wide: is64 })
  const header = await read(0, places.header)
  const segments = await readSegments(read, header, places)
  return {
    format: 'elf',
    architectures: [architectureOf(`${header.u16(18)}/${is64 ? 64 : 32}/${littleEndian ? 'little' : 'big'}`)],
    os: await elfSystem(read, segments, ident[7] ?? 0),
    data: await buildInfoSection(read, header, places) ?? segments.find(isData),
  }
}

function architectureOf(machine: string): string {
  const architecture = architectures[machine]
  if (architecture === undefined) throw unreadable('the executable', `Go has no architecture for ELF ${machine}`)
  return architecture
}

async function readSegments(read: HeaderReader, header: Fields, places: Places): Promise<Segment[]> {
  const each = header.u16(places.counts)
  const count = header.u16(places.counts + 2)
  const table = await read(header.word(places.segments), each * count)
  return Array.from({ length: count }, (_, index) => segmentOf(table, index * each, places))
}

function segmentOf(table: Fields, start: number, { flags, offset, size }: Places): Segment {
  const permission = table.u32(start + flags)
  return {
    type: table.u32(start),
    executable: (permission & 1) !== 0,
    writable: (permission & 2) !== 0,
    offset: table.word(start + offset),
    size: table.word(start + size),
  }
}

function isData({ type, writable, executable }: Segment): boolean {
  return type === 1 && writable && !executable
}

async function buildInfoSection(read: HeaderReader, header: Fields, places: Places): Promise<Region | undefined> {
  const [each, count, names] = [4, 6, 8].map(at => header.u16(places.counts + at)) as [number, number, number]
  if (names >= count) return undefined // no section has a name
  const table = await read(header.word(places.sections), each * count)
  const regionOf = (index: number): Region => ({
    offset: table.word(index * each + places.at),
    size: table.word(index * each + places.long),
  })
  const strings = regionOf(names)
  const text = await read(strings.offset, strings.size)
  const found = Array.from({ length: count }).findIndex((_, index) =>
    text.text(table.u32(index * each), 16) === '.go.buildinfo')
  return found < 0 ? undefined : regionOf(found)
}

import type { Bytes } from '../bytes.ts'
import { headerReader, type Fields } from './header-reader.ts'
import type { Layout, Region } from './layout.ts'
import { machoArchitecture } from './macho-architecture.ts'
import { unreadable } from './unreadable.ts'

/** A load command, as its place in all of them. */
interface Command {
  readonly type: number
  readonly at: number
}

// <mach-o/loader.h>
const segment64 = 0x19
const versionMacos = 0x24
const versionIos = 0x25
const buildVersion = 0x32
const headerSize = 32
const sectionSize = 80
const readWrite = 3

/** Platforms of a build version, as GOOS: macOS, iOS and iOS in the simulator. */
const platforms: Readonly<Record<number, string>> = { 1: 'darwin', 2: 'ios', 7: 'ios' }

/** Reads the headers of a 64-bit Mach-O file (<mach-o/loader.h>); Go 1.15 and newer link no others. */
export async function macho(bytes: Bytes): Promise<Layout> {
  const read = headerReader(bytes, { littleEndian: true, wide: true })
  const header = await read(0, headerSize)
  const fields = await read(headerSize, header.u32(20))
  const commands = commandsOf(fields, header.u32(16))
  return {
    format: 'macho',
    architectures: [machoArchitecture(header.u32(4))],
    os: commands.map(command => systemOf(fields, command)).find(os => os !== undefined),
    data: dataOf(fields, commands.filter(({ type }) => type === segment64)),
  }
}

function commandsOf(fields: Fields, count: number): Command[] {
  const commands: Command[] = []
  for (let at = 0; commands.length < count;) {
    commands.push({ type: fields.u32(at), at })
    const size = fields.u32(at + 4)
    if (size < 8) throw unreadable('the executable', 'a load command has no length')
    at += size
  }
  return commands
}

function systemOf(fields: Fields, { type, at }: Command): string | undefined {
  if (type === versionMacos) return 'darwin'
  if (type === versionIos) return 'ios'
  return type === buildVersion ? platforms[fields.u32(at + 8)] : undefined
}

function dataOf(fields: Fields, segments: readonly Command[]): Region | undefined {
  const own = segments.flatMap(({ at }) => sectionsOf(fields, at)).find(({ name }) => name === '__go_buildinfo')
  return own ?? segments.map(({ at }) => writableSegment(fields, at)).find(region => region !== undefined)
}

function sectionsOf(fields: Fields, at: number): (Region & { name: string })[] {
  return Array.from({ length: fields.u32(at + 64) }, (_, index) => {
    const section = at + 72 + index * sectionSize
    return { name: fields.text(section, 16), size: fields.u64(section + 40), offset: fields.u32(section + 48) }
  })
}

function writableSegment(fields: Fields, at: number): Region | undefined {
  const [offset, size] = [fields.u64(at + 40), fields.u64(at + 48)]
  const writable = fields.u32(at + 56) === readWrite && fields.u32(at + 60) === readWrite
  return writable && size > 0 ? { offset, size } : undefined
}

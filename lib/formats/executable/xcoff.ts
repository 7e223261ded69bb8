import type { Bytes } from '../bytes.ts'
import { headerReader } from './header-reader.ts'
import type { Layout } from './layout.ts'

const headerSize = 24
const sectionSize = 72

/** STYP_DATA */
const dataSection = 0x40

/** Reads the headers of a 64-bit XCOFF file (AIX, "XCOFF Object File Format"). */
export async function xcoff(bytes: Bytes): Promise<Layout> {
  const read = headerReader(bytes, { littleEndian: false, wide: true })
  const header = await read(0, headerSize)
  const count = header.u16(2)
  const table = await read(headerSize + header.u16(16), count * sectionSize)
  const sections = Array.from({ length: count }, (_, index) => index * sectionSize)
  const data = sections.find(at => (table.u32(at + 64) & 0xffff) === dataSection)
  return {
    format: 'xcoff',
    architectures: ['ppc64'],
    os: 'aix',
    data: data === undefined ? undefined : { offset: table.u64(data + 32), size: table.u64(data + 24) },
  }
}

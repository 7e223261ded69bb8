import type { Bytes } from '../bytes.ts'
import { headerReader } from './header-reader.ts'
import type { Layout } from './layout.ts'
import { unreadable } from './unreadable.ts'

const architectures: Readonly<Record<number, string>> = { 0x1eb: '386', 0x647: 'arm', 0x8a97: 'amd64' }

/** This bit of the magic number says that eight more bytes belong to the header. */
const longHeader = 0x8000

/** Reads the header of a Plan 9 executable (a.out(6)): its text follows the header, its data the text. */
export async function plan9(bytes: Bytes): Promise<Layout> {
  const header = await headerReader(bytes, { littleEndian: false, wide: false })(0, 32)
  const magic = header.u32(0)
  const architecture = architectures[magic]
  if (architecture === undefined) throw unreadable('the executable', `Go has no architecture for Plan 9's ${magic}`)
  const start = (magic & longHeader) === 0 ? 32 : 40
  return {
    format: 'plan9',
    architectures: [architecture],
    os: 'plan9',
    data: { offset: start + header.u32(4), size: header.u32(8) },
  }
}

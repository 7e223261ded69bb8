import type { Bytes } from '../bytes.ts'
import { elf } from './elf.ts'
import type { Layout } from './layout.ts'
import { macho } from './macho.ts'
import { pe } from './pe.ts'
import { plan9 } from './plan9.ts'
import { universal } from './universal.ts'
import { unreadable } from './unreadable.ts'
import { wasm } from './wasm.ts'
import { xcoff } from './xcoff.ts'

/** The first bytes of a file, in hexadecimal, tell its format. */
const readers: readonly (readonly [magic: string, read: (bytes: Bytes) => Promise<Layout>])[] = [
  ['7f454c46', elf],
  ['cffaedfe', macho],
  ['cafebabe', universal],
  ['4d5a', pe],
  ['0061736d', wasm],
  ['01f7', xcoff],
  ['000001eb', plan9],
  ['00008a97', plan9],
  ['00000647', plan9],
]

/** Reads the headers of an executable file of any format that Go links; throws BINARY when it is of none. */
export async function readLayout(bytes: Bytes): Promise<Layout> {
  const start = Buffer.from(await bytes.read(0, 4)).toString('hex')
  const reader = readers.find(([magic]) => start.startsWith(magic))
  if (reader === undefined) throw unreadable('the executable', `no format begins with the bytes ${start || '(none)'}`)
  try {
    return await reader[1](bytes)
  } catch (error) {
    if (error instanceof RangeError) throw unreadable('the executable', 'its headers are damaged', error)
    throw error
  }
}

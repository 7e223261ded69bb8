import type { Bytes } from '../bytes.ts'
import type { Region } from './layout.ts'
import { unreadable } from './unreadable.ts'
import { varint } from './varint.ts'

export interface WasmSection extends Region {
  readonly id: number
}

const headerSize = 8
const longestSectionHeader = 11

/** Go writes a dozen; in a damaged file zeros would be sections without end. */
const mostSections = 1000

/** The sections of a WebAssembly module (core specification, "Modules" of the binary format), by hopping over them. */
export async function* wasmSections(bytes: Bytes): AsyncGenerator<WasmSection> {
  let at = headerSize
  for (let count = 0; at < bytes.size; count++) {
    const start = await bytes.read(at, longestSectionHeader)
    const { value: size, next } = varint(start, 1)
    yield { id: start[0] ?? 0, offset: at + next, size }
    at += next + size
    if (at > bytes.size || count > mostSections) throw unreadable('the executable', 'its sections do not fit in it')
  }
}

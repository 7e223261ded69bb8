import type { Bytes } from '../bytes.ts'
import type { Layout, Region } from './layout.ts'
import { varint } from './varint.ts'
import { wasmSections } from './wasm-sections.ts'

const importSection = 2
const dataSection = 11

/** Modules whose functions a program imports, and the GOOS that it is for. */
const hosts: Readonly<Record<string, string>> = { gojs: 'js', wasi_snapshot_preview1: 'wasip1' }

/** Reads the sections of a WebAssembly module. */
export async function wasm(bytes: Bytes): Promise<Layout> {
  let [os, data]: [string | undefined, Region | undefined] = [undefined, undefined]
  for await (const section of wasmSections(bytes)) {
    if (section.id === importSection) os = hosts[firstImport(await bytes.read(section.offset, 64))]
    if (section.id === dataSection) data = section
  }
  return { format: 'wasm', architectures: ['wasm'], os, data }
}

// A count, then for each import the name of its module, led by its length.
function firstImport(section: Uint8Array): string {
  const { value: length, next } = varint(section, varint(section, 0).next)
  return Buffer.from(section.subarray(next, next + length)).toString()
}

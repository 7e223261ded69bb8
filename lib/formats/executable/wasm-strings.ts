import type { Bytes } from '../bytes.ts'
import { findBytes } from './find-bytes.ts'
import type { Layout, Region } from './layout.ts'
import type { LinkedStrings } from './linked-strings.ts'
import { unreadable } from './unreadable.ts'
import { varint } from './varint.ts'
import { wasmSections } from './wasm-sections.ts'

/** Go's marks around the module info: infoStart and infoEnd in cmd/go/internal/modload. */
const start = Buffer.from('3077af0c9274080241e1c107e6d618e6', 'hex')
const end = Buffer.from('f932433186182072008242104116d8f2', 'hex')

/** The section "producers" and the language in it, as Go's linker writes them: one value, "Go", and its version. */
const name = Buffer.from('\x09producers')
const language = Buffer.from('\x08language\x01\x02Go')

/** More module info than this is none. */
const longest = 16 * 1024 * 1024

/**
 * Finds what Go leaves in a WebAssembly module, which has no build info as other formats have: the module info stands
 * in its data, and the version of Go in its section "producers" (tool conventions, ProducersSection). Throws BINARY.
 */
export async function wasmStrings(bytes: Bytes, { data }: Layout): Promise<LinkedStrings> {
  const goVersion = await producer(bytes)
  if (goVersion === undefined) throw unreadable('the Go build info', 'Go did not link the WebAssembly module')
  return { goVersion, modules: data === undefined ? '' : await moduleInfo(bytes, data) }
}

async function producer(bytes: Bytes): Promise<string | undefined> {
  for await (const { id, offset, size } of wasmSections(bytes)) {
    if (id !== 0 || size > longest || !name.equals(await bytes.read(offset, name.length))) continue
    const section = Buffer.from(await bytes.read(offset, size))
    const found = section.indexOf(language)
    if (found < 0) continue
    const { value: length, next } = varint(section, found + language.length)
    return section.subarray(next, next + length).toString()
  }
  return undefined
}

async function moduleInfo(bytes: Bytes, data: Region): Promise<string> {
  const from = await findBytes(bytes, data, start)
  if (from === undefined) return ''
  const text = from + start.length
  const to = await findBytes(bytes, { offset: text, size: Math.min(longest, bytes.size - text) }, end)
  return to === undefined ? '' : Buffer.from(await bytes.read(text, to - text)).toString()
}

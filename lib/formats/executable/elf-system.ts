import type { Segment } from './elf.ts'
import type { Fields, HeaderReader } from './header-reader.ts'

/** EI_OSABI. 6 is Solaris and illumos alike; 0 is anything. */
const abis: Readonly<Record<number, string>> = { 2: 'netbsd', 3: 'linux', 9: 'freebsd', 12: 'openbsd' }

/** Names of notes of type 1, with which each system marks its programs. GNU's also says Hurd, Solaris and others. */
const notes: Readonly<Record<string, string>> = {
  Android: 'android', DragonFly: 'dragonfly', FreeBSD: 'freebsd', NetBSD: 'netbsd', OpenBSD: 'openbsd',
}

const loaders: readonly (readonly [path: RegExp, os: string])[] = [
  [/^\/system\/bin\/linker/, 'android'],
  [/\/ld-(linux|musl)|\/ld64\.so/, 'linux'],
  [/\/ld-elf\.so\.1/, 'freebsd'],
  [/\/ld-elf\.so\.2/, 'dragonfly'],
  [/\/ld\.elf_so/, 'netbsd'],
  [/^\/usr\/libexec\/ld\.so/, 'openbsd'],
]

/** A path is at most PATH_MAX, and notes are a few words; segments beyond that say nothing. */
const longest = 4096

/** What an ELF file tells of its operating system, as GOOS: by its ABI byte, else its loader, else its notes. */
export async function elfSystem(read: HeaderReader, segments: readonly Segment[], abi: number) {
  return abis[abi] ?? await systemOfLoader(read, segments) ?? await systemOfNotes(read, segments)
}

async function systemOfLoader(read: HeaderReader, segments: readonly Segment[]): Promise<string | undefined> {
  const loader = segments.find(({ type, size }) => type === 3 && size <= longest)
  if (loader === undefined) return undefined
  const path = (await read(loader.offset, loader.size)).text(0, longest)
  return loaders.find(([pattern]) => pattern.test(path))?.[1]
}

async function systemOfNotes(read: HeaderReader, segments: readonly Segment[]): Promise<string | undefined> {
  for (const { offset, size } of segments.filter(({ type, size }) => type === 4 && size <= longest)) {
    const os = systemInNotes(await read(offset, size), size)
    if (os !== undefined) return os
  }
  return undefined
}

// Each note: length of its name, length of its content, type, then both, padded to four bytes.
function systemInNotes(fields: Fields, size: number): string | undefined {
  for (let at = 0; at + 12 <= size;) {
    const content = at + 12 + padded(fields.u32(at))
    const name = fields.text(at + 12, fields.u32(at))
    if (fields.u32(at + 8) === 1) {
      if (name === 'GNU' && fields.u32(content) === 0) return 'linux'
      if (notes[name] !== undefined) return notes[name]
    }
    at = content + padded(fields.u32(at + 4))
  }
  return undefined
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4
}

import { ReleaseError } from '../values/errors.ts'
import type { Entry } from './entry.ts'
import { entryName } from './entry-name.ts'
import { exactBytes } from './exact-bytes.ts'

export type Entries = Iterable<Entry> | AsyncIterable<Entry>

/**
 * Yields the entries of an archive, each checked as it passes: a usable name, one of its kind, and exactly as many
 * bytes as it says. Throws NAME or CONTENT.
 */
export async function* checkedEntries(entries: Entries): AsyncGenerator<Entry> {
  const files = new Set<string>()
  const folders = new Set<string>()
  for await (const entry of entries) {
    addName(entryName(entry.name), files, folders)
    yield checked(entry)
  }
}

function checked(entry: Entry): Entry {
  const { name, mode, size, link } = entry
  if (link !== undefined) checkLink(name, link)
  return { name, mode: mode & 0o7777, size, ...link !== undefined && { link }, open: () => exactBytes(entry) }
}

// A file below another file cannot be unpacked, and one below a symbolic link would land outside.
function addName(name: string, files: Set<string>, folders: Set<string>): void {
  if (files.has(name)) throw collision(name, 'the archive has it already')
  if (folders.has(name)) throw collision(name, 'the archive has a folder of that name')
  for (let slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
    const folder = name.slice(0, slash)
    if (files.has(folder)) throw collision(name, `${folder} is a file in the archive`)
    folders.add(folder)
  }
  files.add(name)
}

function checkLink(name: string, link: string): void {
  if (link !== '' && !link.includes('\0')) return
  throw new ReleaseError(`Cannot add ${name} to an archive: ${JSON.stringify(link)} is nothing a link can point to`, {
    code: 'NAME',
    hint: 'Point the link to a path, or leave it out.',
  })
}

function collision(name: string, why: string): ReleaseError {
  return new ReleaseError(`Cannot add ${name} to an archive: ${why}`, {
    code: 'NAME',
    hint: 'Leave one of the two out, or give it another name.',
  })
}

import { ReleaseError } from '../values/errors.ts'
import type { LayerEntry } from './layer-entry.ts'

/** As long as Linux opens: PATH_MAX and NAME_MAX, in bytes. */
const longest = { path: 4095, name: 255 }

/** The largest owner of a file that Linux knows. */
const largestId = 2 ** 32 - 2

/**
 * The entries of a layer in the order in which they are laid: by path, so that a directory comes before what is in it,
 * and hard links after all else, so that their files are there.
 * @throws ReleaseError (NAME) for a path that no layer can have, one that is there twice, or one below something that is
 * no directory; (FILES) for a link to nothing or an owner that cannot be
 */
export function checkedLayer(entries: readonly LayerEntry[]): readonly LayerEntry[] {
  const byPath = new Map<string, LayerEntry>()
  for (const entry of entries) {
    const fault = pathFault(entry.path) ?? (byPath.has(entry.path) ? 'the layer has it already' : undefined)
    if (fault !== undefined) throw refusal(entry.path, fault, 'NAME', 'Give each its own path without . and .., such as /etc/gateway/config.')
    byPath.set(entry.path, entry)
  }
  for (const entry of entries) {
    checkParents(entry.path, byPath)
    const fault = ownerFault(entry) ?? linkFault(entry, byPath)
    if (fault !== undefined) throw refusal(entry.path, fault, 'FILES', 'Correct it, or leave it out.')
  }
  return [...byPath.values()].sort((a, b) => Number(a.type === 'hardlink') - Number(b.type === 'hardlink') || (a.path < b.path ? -1 : 1))
}

function pathFault(path: string): string | undefined {
  if (path === '') return 'the path is empty'
  if (path.startsWith('/')) return 'the path is absolute'
  if (/[\u0000-\u001f\u007f]/.test(path)) return 'the path has a control character'
  if (Buffer.from(path).toString() !== path) return 'the path is not well-formed Unicode'
  if (Buffer.byteLength(path) > longest.path) return `the path is longer than ${longest.path} bytes`
  const parts = path.split('/')
  if (parts.includes('')) return 'a part of the path is empty'
  if (parts.includes('.') || parts.includes('..')) return 'a part of the path is . or ..'
  if (parts.some(part => Buffer.byteLength(part) > longest.name)) return `a part of the path is longer than ${longest.name} bytes`
  return parts.some(part => part.startsWith('.wh.')) ? 'names that start with .wh. delete files in a layer' : undefined
}

function checkParents(path: string, byPath: ReadonlyMap<string, LayerEntry>): void {
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
    const parent = byPath.get(path.slice(0, slash))
    if (parent && parent.type !== 'directory') {
      throw refusal(path, `/${parent.path} is a ${parent.type} in the layer`, 'NAME', 'Leave one of the two out, or give it another path.')
    }
  }
}

function ownerFault({ uid, gid }: LayerEntry): string | undefined {
  const wrong = [uid, gid].find(id => !Number.isInteger(id) || id < 0 || id > largestId)
  return wrong === undefined ? undefined : `${wrong} is no number of an owner`
}

function linkFault(entry: LayerEntry, byPath: ReadonlyMap<string, LayerEntry>): string | undefined {
  if (entry.type !== 'symlink' && entry.type !== 'hardlink') return undefined
  const { type, link } = entry
  if (link === '' || link.includes('\0') || Buffer.byteLength(link) > longest.path) return `${JSON.stringify(link)} is nothing a link can point to`
  // Docker unpacks a layer by itself, where the files of those below cannot be linked to.
  if (type === 'hardlink' && byPath.get(link)?.type !== 'file') return `${link}, which it should share its bytes with, is no file of the layer`
  return undefined
}

function refusal(path: string, why: string, code: 'NAME' | 'FILES', hint: string): ReleaseError {
  return new ReleaseError(`Cannot put ${JSON.stringify(path)} into a layer: ${why}`, { code, hint })
}

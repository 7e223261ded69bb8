import { ReleaseError } from '../values/errors.ts'
import { kindOf } from './kind-of.ts'
import type { LayerEntry } from './layer-entry.ts'
import { resolvePath } from './resolve-path.ts'
import type { Tree } from './tree.ts'

/** Something wanted at a path of an image, whose owner is root where none is named. */
export type WantedFile = WantedPlace & (
  | { readonly type?: 'file', readonly size: number, open(): AsyncIterable<Uint8Array> }
  | { readonly type: 'directory' }
  | { readonly type: 'symlink', readonly link: string })

interface WantedPlace {
  /** Absolute: `/usr/local/bin/gateway`. */
  readonly path: string
  /** Unix permission bits. */
  readonly mode: number
  readonly uid?: number
  readonly gid?: number
}

/**
 * The entries of a layer that brings files to where they are wanted over a base: through links to directories, and with
 * all parents, since engines that unpack a layer by itself give those that it lacks to root. A parent is what it is in the base,
 * or 0755 and root's. A file or a link takes the place of what is no directory; a directory gives its owner and mode to the one that is there.
 * @param name what errors call the base
 * @throws ReleaseError (NAME) for a path that is not absolute, (IMAGE) where something in the base is in the way
 */
export function placeFiles(tree: Tree, files: readonly WantedFile[], name: string): readonly LayerEntry[] {
  const placed = files.map(file => placeOne(tree, file, name))
  const own = new Set(placed.map(({ path }) => path))
  const parents = new Set(placed.flatMap(({ path }) => parentsOf(path)).filter(path => !own.has(path)))
  return [...[...parents].map(path => parentAt(tree, path)), ...placed].sort((a, b) => (a.path < b.path ? -1 : 1))
}

function placeOne(tree: Tree, file: WantedFile, name: string): LayerEntry {
  const { path: wanted, mode, uid = 0, gid = 0, type = 'file' } = file
  const parts = wanted.split('/')
  if (parts[0] !== '' || parts.length < 2 || parts.slice(1).some(part => ['', '.', '..'].includes(part))) throw unusable(wanted)
  const { path, entry, fault } = resolvePath(tree, wanted, type === 'directory' ? 'follow' : 'keep')
  if (fault !== undefined) throw blocked(wanted, name, fault)
  if (type === 'directory' && entry && entry.type !== 'directory') throw blocked(wanted, name, `/${path} is ${kindOf(entry)} in it`)
  if (type !== 'directory' && entry?.type === 'directory') throw blocked(wanted, name, `/${path} is a directory in it`)
  const common = { path, mode, uid, gid }
  if (file.type === 'directory') return { ...common, type: 'directory' }
  return file.type === 'symlink' ? { ...common, type: 'symlink', link: file.link } : { ...common, type: 'file', size: file.size, open: file.open }
}

function parentsOf(path: string): readonly string[] {
  const parts = path.split('/')
  return parts.slice(1).map((_, count) => parts.slice(0, count + 1).join('/'))
}

function parentAt(tree: Tree, path: string): LayerEntry {
  const { mode, uid, gid } = tree.entries.get(path) ?? { mode: 0o755, uid: 0, gid: 0 }
  return { path, type: 'directory', mode, uid, gid }
}

function unusable(path: string): ReleaseError {
  return new ReleaseError(`Cannot put ${JSON.stringify(path)} into an image: it is no absolute path of a file`, {
    code: 'NAME', hint: 'Write where it belongs without . and .., such as /etc/gateway/config.json.',
  })
}

function blocked(path: string, name: string, why: string): ReleaseError {
  return new ReleaseError(`Cannot put ${path} onto ${name}: ${why}`, { code: 'IMAGE', hint: 'Choose another path, or another base.' })
}

import type { Problem } from '../values/problem.ts'
import { kindOf } from './kind-of.ts'
import type { LayerEntry } from './layer-entry.ts'
import type { Tree, TreeEntry } from './tree.ts'

/**
 * Whether the entries of a layer that was made without a base can be laid over one as they are: no link or file of the
 * base is on their way, none of them hides a directory, and no directory of the base gets another owner or mode. What
 * does not fit wants a layer of its own, which `placeFiles` makes.
 * @param name what the problem calls the base
 */
export function fitsOnto(tree: Tree, entries: readonly LayerEntry[], name: string): Problem | undefined {
  const own = new Map(entries.map(entry => [entry.path, entry]))
  for (const entry of entries) {
    const why = parentFault(entry.path, tree, own) ?? entryFault(entry, tree.entries.get(entry.path))
    if (why !== undefined) return { where: name, message: `Cannot lay /${entry.path} over ${name} as it is: ${why}`, code: 'IMAGE' }
  }
  return undefined
}

function parentFault(path: string, tree: Tree, own: ReadonlyMap<string, LayerEntry>): string | undefined {
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
    const parent = path.slice(0, slash)
    if (own.has(parent)) continue // it is looked at by itself
    const there = tree.entries.get(parent)
    if (there?.type !== 'directory') return there ? `/${parent} is ${kindOf(there)} there` : `/${parent} is not there`
  }
  return undefined
}

function entryFault(entry: LayerEntry, there: TreeEntry | undefined): string | undefined {
  if (!there) return undefined
  if (entry.type !== 'directory') return there.type === 'directory' ? `/${entry.path} is a directory there` : undefined
  if (there.type !== 'directory') return `/${entry.path} is ${kindOf(there)} there`
  const same = there.mode === entry.mode && there.uid === entry.uid && there.gid === entry.gid
  return same ? undefined : `the directory /${entry.path} has other rights there`
}

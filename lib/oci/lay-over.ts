import { accountFiles } from './account-files.ts'
import { checkedLayer } from './checked-layer.ts'
import { growTree } from './grow-tree.ts'
import type { LayerEntry, LayerFile } from './layer-entry.ts'
import type { Tree, TreeEntry } from './tree.ts'

const largestText = 1 << 20

/**
 * The tree of an image with one more layer, whose files that tell users and groups are read.
 * @throws ReleaseError (NAME, FILES) for entries that no layer can have
 */
export async function layOver(tree: Tree, entries: readonly LayerEntry[]): Promise<Tree> {
  const wanted = new Set([...accountFiles, ...tree.texts.keys()])
  const checked = checkedLayer(entries)
  const plain = laidPlainly(tree, checked, wanted)
  if (plain) return plain
  const grown = growTree(tree, 'a layer')
  grown.nextLayer()
  for (const entry of checked) {
    const laid = grown.lay({ ...entry, name: entry.path, size: entry.type === 'file' ? entry.size : 0 })
    if (entry.type === 'file' && laid && wanted.has(laid.path) && entry.size <= largestText) laid.keep(await textOf(entry))
  }
  return grown.tree()
}

/**
 * Most layers only add to what is there, or put a file in place of another. That takes no part of a large base apart, which
 * would be done again for each platform. Undefined where it is not so simple.
 */
function laidPlainly(tree: Tree, entries: readonly LayerEntry[], wanted: ReadonlySet<string>): Tree | undefined {
  const made = new Map(tree.entries)
  for (const { path, type, mode, uid, gid, ...rest } of entries) {
    const [folder, there] = [path.slice(0, Math.max(0, path.lastIndexOf('/'))), made.get(path)]
    if (wanted.has(path) || type === 'hardlink' || (folder !== '' && made.get(folder)?.type !== 'directory')) return undefined
    if (there && (there.type === 'directory') !== (type === 'directory')) return undefined
    const entry: TreeEntry = { type, mode, uid, gid, size: 'size' in rest ? rest.size : 0, ...'link' in rest && { link: rest.link } }
    made.set(path, entry)
  }
  return { entries: made, texts: tree.texts }
}

async function textOf({ open }: LayerFile): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of open()) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}

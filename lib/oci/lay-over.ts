import { accountFiles } from './account-files.ts'
import { checkedLayer } from './checked-layer.ts'
import { growTree } from './grow-tree.ts'
import type { LayerEntry, LayerFile } from './layer-entry.ts'
import type { Tree } from './tree.ts'

const largestText = 1 << 20

/**
 * The tree of an image with one more layer, whose files that tell users and groups are read.
 * @throws ReleaseError (NAME, FILES) for entries that no layer can have
 */
export async function layOver(tree: Tree, entries: readonly LayerEntry[]): Promise<Tree> {
  const grown = growTree(tree, 'a layer')
  grown.nextLayer()
  const wanted = new Set([...accountFiles, ...tree.texts.keys()])
  for (const entry of checkedLayer(entries)) {
    const laid = grown.lay({ ...entry, name: entry.path, size: entry.type === 'file' ? entry.size : 0 })
    if (entry.type === 'file' && laid && wanted.has(laid.path) && entry.size <= largestText) laid.keep(await textOf(entry))
  }
  return grown.tree()
}

async function textOf({ open }: LayerFile): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of open()) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}

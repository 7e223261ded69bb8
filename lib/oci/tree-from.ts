import type { Tree, TreeEntry } from './tree.ts'
import type { TreeData } from './tree-data.ts'

/** The tree that `treeData` was made of. */
export function treeFrom({ entries, texts }: TreeData): Tree {
  const rows = entries.map(([path, type, mode, uid, gid, size, link]): [string, TreeEntry] =>
    [path, { type, mode, uid, gid, size, ...type === 'symlink' && { link } }])
  return { entries: new Map(rows), texts: new Map(texts) }
}

import type { Tree, TreeEntry } from './tree.ts'

/** A tree as plain data, to be kept as JSON. */
export type TreeData = {
  readonly entries: readonly Row[]
  readonly texts: readonly (readonly [path: string, text: string])[]
}

/** Path, type, permission bits, owner, group, bytes; where a link points, empty for everything else. */
type Row = readonly [path: string, type: TreeEntry['type'], mode: number, uid: number, gid: number, size: number, link: string]

/** What a tree holds as plain data; `treeFrom` gives the tree back. */
export function treeData({ entries, texts }: Tree): TreeData {
  return {
    entries: [...entries].map(([path, { type, mode, uid, gid, size, link = '' }]) => [path, type, mode, uid, gid, size, link]),
    texts: [...texts],
  }
}

import { realpath } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import type { Digest } from '../../values/descriptor.ts'
import type { ChangedFile } from './changed-files.ts'
import { treeDigest } from './tree-digest.ts'

export interface TreeChanges {
  /** Tracked files that differ from the commit, relative to the repository's root. */
  readonly changed: readonly string[]
  /** Files that git does not know, relative to the root: one beside the repository starts with `../`. */
  readonly untracked: readonly string[]
  /** Of all of them; absent where there are none. */
  readonly digest?: Digest
}

export interface TreeFiles {
  readonly changed: readonly ChangedFile[]
  /** Absolute. */
  readonly untracked: readonly string[]
  /** Folders and files in which a change does not count, absolute. */
  readonly outputs: readonly string[]
}

/** What counts of the changes of a tree, and its digest. The root is free of symbolic links. */
export async function treeChanges(root: string, files: TreeFiles): Promise<TreeChanges> {
  const below = async (path: string): Promise<string> => relative(root, await located(path)).replaceAll(sep, '/')
  const outputs = await Promise.all(files.outputs.map(below))
  const untracked = await Promise.all(files.untracked.map(below))
  const changed = files.changed.filter(({ path }) =>
    !outputs.some(output => path === output || path.startsWith(`${output}/`)))
  const all = [...changed, ...untracked.map(path => ({ path }))]
  return {
    changed: changed.map(({ path }) => path), untracked,
    ...all.length > 0 && { digest: await treeDigest(root, all) },
  }
}

/** As git names it, which follows links to folders; the file itself may be a link, or not be there yet. */
async function located(path: string): Promise<string> {
  const folder = dirname(path)
  return join(await realpath(folder).catch(() => folder), basename(path))
}

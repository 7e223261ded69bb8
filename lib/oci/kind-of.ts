import type { TreeEntry } from './tree.ts'

/** What an entry is, in words. */
export function kindOf({ type }: TreeEntry): string {
  return { file: 'a file', directory: 'a directory', symlink: 'a link', other: 'a device' }[type]
}

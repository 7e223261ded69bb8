import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Digest } from '../../values/descriptor.ts'
import { digestOfValue } from '../../values/digest.ts'
import type { ChangedFile } from './changed-files.ts'

/**
 * One digest for what makes a tree differ from its commit: the same for the same files, wherever they are and whatever
 * of them is staged. Only reads.
 * @param files relative to the root; deleted ones count too
 */
export async function treeDigest(root: string, files: readonly ChangedFile[]): Promise<Digest> {
  const sorted = [...files].sort((a, b) => a.path < b.path ? -1 : 1)
  return digestOfValue(await Promise.all(sorted.map(async file =>
    [file.path, ...file.commit === undefined ? await stateOf(join(root, file.path)) : ['commit', file.commit]])))
}

async function stateOf(file: string): Promise<readonly string[]> {
  const found = await lstat(file).catch(() => undefined)
  if (!found) return ['deleted']
  if (found.isSymbolicLink()) return ['link', await readlink(file)]
  if (!found.isFile()) return ['folder']
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return [found.mode & 0o100 ? 'program' : 'file', hash.digest('hex')]
}

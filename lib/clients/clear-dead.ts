import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fateOf } from './process-mark.ts'
import { removeTree } from './remove-tree.ts'

const day = 24 * 60 * 60 * 1000

/**
 * Removes what is named for processes that are gone, `<prefix><mark>` and whatever follows after a dash; of other machines and
 * containers, only what is a day old. What cannot be removed is left: it is in nobody's way.
 */
export async function clearDead(folder: string, prefix = ''): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix)) continue
    const path = join(folder, name)
    const fate = fateOf(name.slice(prefix.length))
    if (fate === 'dead' || (fate === 'unknown' && await isOlderThan(path, day))) await removeTree(path).catch(() => undefined)
  }
}

async function isOlderThan(path: string, milliseconds: number): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found !== undefined && Date.now() - found.mtimeMs > milliseconds
}

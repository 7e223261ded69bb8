import { readdir, rename, rmdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fateOf } from '../../clients/process-mark.ts'
import { removeTree } from '../../clients/remove-tree.ts'
import type { Folders } from '../directory.ts'

/**
 * Puts right what a killed run left: a former content without its place goes back, everything else of dead processes goes.
 * What a process elsewhere left goes too: two machines that release into one folder at once are not provided for.
 */
export async function healFolder({ folder, working }: Pick<Folders, 'folder' | 'working'>): Promise<void> {
  const left = (await readdir(working).catch(() => [])).filter(name => fateOf(markIn(name)) !== 'alive')
  const formers = await Promise.all(left.filter(name => name.startsWith('former-')).map(async name =>
    ({ path: join(working, name), moved: (await stat(join(working, name)).catch(() => undefined))?.ctimeMs ?? 0 })))
  const [last] = formers.sort((a, b) => b.moved - a.moved)
  if (last) await putBack(last.path, folder)
  for (const name of left) await removeTree(join(working, name))
  await rmdir(working).catch(() => undefined)   // another run may be at work in it
}

async function putBack(former: string, folder: string): Promise<void> {
  await rmdir(folder).catch(() => undefined)   // only where it is empty
  await rename(former, folder).catch((error: NodeJS.ErrnoException) => {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'ENOENT'].includes(error.code ?? '')) throw error
  })
}

/** `draft-<mark>-<random>` */
function markIn(name: string): string {
  return name.slice(name.indexOf('-') + 1)
}

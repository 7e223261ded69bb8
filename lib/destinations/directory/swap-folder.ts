import { randomBytes } from 'node:crypto'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { processMark } from '../../clients/process-mark.ts'
import { removeTree } from '../../clients/remove-tree.ts'
import type { Folders } from '../directory.ts'

const mostTries = 5

/** A name beside the destination that tells whose it is. */
export function workingName({ working }: Pick<Folders, 'working'>, what: 'draft' | 'former'): string {
  return join(working, `${what}-${processMark()}-${randomBytes(4).toString('hex')}`)
}

/**
 * Moves a folder into the place of another: two renames. Between them the former content is the one thing that a kill leaves
 * without its place.
 */
export async function swapFolder(folders: Pick<Folders, 'folder' | 'working'>, draft: string): Promise<void> {
  const { folder } = folders
  for (let tries = 1; ; tries += 1) {
    const former = workingName(folders, 'former')
    const moved = await moveAway(folder, former)
    try {
      await rename(draft, folder)
      await removeTree(former).catch(() => undefined)   // the release is there; the next run tries again
      return
    } catch (error) {
      if (moved) await rename(former, folder).catch(() => undefined)
      if (tries === mostTries || !isOccupied(error)) throw error
    }
  }
}

async function moveAway(folder: string, former: string): Promise<boolean> {
  try {
    await rename(folder, former)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

/** Another run has put its own release there meanwhile. */
function isOccupied(error: unknown): boolean {
  return ['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')
}

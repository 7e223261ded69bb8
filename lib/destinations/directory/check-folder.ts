import { constants } from 'node:fs'
import { access, readFile, readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Problem } from '../../values/problem.ts'
import type { Folders } from '../directory.ts'

/** What keeps a folder from being replaced: it is not ours, is no folder, or cannot be written. */
export async function checkFolder({ folder }: Pick<Folders, 'folder'>): Promise<readonly Problem[]> {
  const where = `directory ${folder}`
  const parent = await nearestFolder(dirname(folder))
  try {
    await access(parent, constants.W_OK | constants.X_OK)
  } catch (error) {
    return [{ where, message: `Cannot write ${folder}: ${(error as Error).message}`, hint: 'Make the folder writable, or name another one with --out.' }]
  }
  const found = await stat(folder).catch(() => undefined)
  if (!found) return []
  if (!found.isDirectory()) return [{ where, message: `Cannot write ${folder}: there is a file of that name`, hint: 'Move it away, or name another folder with --out.' }]
  const names = await readdir(folder)
  if (names.length === 0 || await isOurs(folder)) return []
  return [{
    where, message: `Cannot replace ${folder}: it holds ${names[0]}${names.length > 1 ? ` and ${names.length - 1} more` : ''}, and no release.json of Slipway's`,
    hint: 'Move its content away, or name another folder with --out.',
  }]
}

async function isOurs(folder: string): Promise<boolean> {
  try {
    const record = JSON.parse(await readFile(join(folder, 'release.json'), 'utf8')) as { slipway?: unknown }
    return typeof record.slipway === 'number'
  } catch {
    return false
  }
}

async function nearestFolder(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => undefined)
  return found || dirname(folder) === folder ? folder : nearestFolder(dirname(folder))
}

import { constants, type Stats } from 'node:fs'
import { access, lstat, readFile, readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Problem } from '../../values/problem.ts'
import type { Folders } from '../directory.ts'

/** What keeps a folder from being replaced: it is not ours, is no folder, or cannot be written. */
export async function checkFolder({ folder }: Pick<Folders, 'folder'>): Promise<readonly Problem[]> {
  for (;;) {
    const found = await lstat(folder).catch(() => undefined)
    const problem = await refusal(folder) ?? (found && await occupied(folder, found))
    if (!problem) return []
    // Another run may have put its release there in the middle of the look: then what was seen is of neither.
    const now = await lstat(folder).catch(() => undefined)
    if (found?.ino === now?.ino) return [{ where: `directory ${folder}`, ...problem }]
  }
}

type Refusal = Omit<Problem, 'where'>

async function refusal(folder: string): Promise<Refusal | undefined> {
  const parent = await nearestThere(dirname(folder))
  try {
    if (!(await stat(parent)).isDirectory()) {
      return { message: `Cannot write ${folder}: ${parent} is a file`, hint: 'Move it away, or name another folder with --out.' }
    }
    await access(parent, constants.W_OK | constants.X_OK)
    return undefined
  } catch (error) {
    return { message: `Cannot write ${folder}: ${(error as Error).message}`, hint: 'Make the folder writable, or name another one with --out.' }
  }
}

async function occupied(folder: string, found: Stats): Promise<Refusal | undefined> {
  if (found.isSymbolicLink()) {
    return { message: `Cannot replace ${folder}: it is a symbolic link`, hint: 'Remove it, or name the folder that it points to with --out.' }
  }
  if (!found.isDirectory()) {
    return { message: `Cannot write ${folder}: there is a file of that name`, hint: 'Move it away, or name another folder with --out.' }
  }
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => error)
  if (names instanceof Error && names.code === 'ENOENT') return undefined   // another run is just replacing it
  if (names instanceof Error) return { message: `Cannot replace ${folder}: ${names.message}`, hint: 'Make the folder readable, or name another one with --out.' }
  if (names.length === 0 || await isOurs(folder)) return undefined
  return {
    message: `Cannot replace ${folder}: it holds ${names[0]}${names.length > 1 ? ` and ${names.length - 1} more` : ''}, and no release.json of Slipway's`,
    hint: 'Move its content away, or name another folder with --out.',
  }
}

async function isOurs(folder: string): Promise<boolean> {
  try {
    const record = JSON.parse(await readFile(join(folder, 'release.json'), 'utf8')) as { slipway?: unknown } | null
    return typeof record?.slipway === 'number'
  } catch {
    return false
  }
}

async function nearestThere(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined)
  return found || dirname(path) === path ? path : nearestThere(dirname(path))
}

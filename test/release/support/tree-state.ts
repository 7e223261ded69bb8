import { createHash } from 'node:crypto'
import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** By path, relative to the folder. */
type TreeState = Readonly<Record<string, string>>

/** Every file and folder below a folder: its bytes, mode, times and inode. A missing folder has none. */
export async function treeState(folder: string, without: readonly string[] = []): Promise<TreeState> {
  const state: Record<string, string> = {}
  const names: readonly string[] = await readdir(folder, { recursive: true }).catch(() => [])
  for (const name of [...names].sort()) {
    if (without.some(one => name === one || name.startsWith(`${one}/`))) continue
    const found = await lstat(join(folder, name))
    const { mode, mtimeMs, ctimeMs, ino } = found
    const digest = found.isFile() ? await digestOf(join(folder, name)) : 'no file'
    state[name] = `${digest} ${mode.toString(8)} ${mtimeMs} ${ctimeMs} ${ino}`
  }
  return state
}

/** The SHA-256 of every file in a folder, by name. */
export async function digestsIn(folder: string): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(folder)).sort()
  const entries = await Promise.all(names.map(async name =>
    [name, await digestOf(join(folder, name))] as const))
  return Object.fromEntries(entries)
}

async function digestOf(file: string): Promise<string> {
  return createHash('sha256').update(await readFile(file)).digest('hex')
}

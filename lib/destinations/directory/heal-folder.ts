import { readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Folders } from '../directory.ts'

/** Puts right what a killed run left: a former content without its place goes back, drafts of dead processes go. */
export async function healFolder({ folder, former, draftPrefix }: Folders): Promise<void> {
  if (await exists(former)) {
    if (await exists(folder)) await rm(former, { recursive: true, force: true })
    else await rename(former, folder)
  }
  const parent = dirname(folder)
  const prefix = basename(draftPrefix)
  for (const name of await readdir(parent).catch(() => [])) {
    if (name.startsWith(prefix) && !isAlive(Number(name.slice(prefix.length)))) await rm(join(parent, name), { recursive: true, force: true })
  }
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false)
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sight } from '../../../lib/testing/index.ts'
import { digestOf } from '../../../lib/values/digest.ts'

/** The files below a folder with their modes and digests; nothing where there is none. */
export async function folderSight(folder: string, { hidden = true } = {}): Promise<Sight> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const paths = entries.filter(entry => !entry.isDirectory()).map(entry => join(entry.parentPath, entry.name)).sort()
  const seen = await Promise.all(paths.map(async path => {
    const [{ mode }, bytes] = await Promise.all([stat(path), readFile(path)])
    return [path.slice(folder.length + 1), `${(mode & 0o777).toString(8)} ${digestOf(bytes)}`] as const
  }))
  return Object.fromEntries(seen.filter(([path]) => hidden || !/(^|\/)\./.test(path)))
}

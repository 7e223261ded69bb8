import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** The bytes of all files below a folder; 0 where there is none. Files that go away meanwhile do not count. */
export async function folderSize(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  let total = 0
  for (const entry of entries) {
    const path = join(folder, entry.name)
    total += entry.isDirectory() ? await folderSize(path) : await lstat(path).then(({ size }) => size, () => 0)
  }
  return total
}

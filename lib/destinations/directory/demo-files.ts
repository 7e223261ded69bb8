import { readdir, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Descriptor } from '../../values/descriptor.ts'
import type { FileEntry } from '../../values/files.ts'

/**
 * What a demo that lies in a folder consists of, as a demo lists its files.
 * @param read hashes a file
 */
export async function demoFiles(folder: string, read: (file: string) => Promise<Pick<Descriptor, 'digest' | 'size'>>): Promise<readonly FileEntry[]> {
  const found = (await readdir(folder, { recursive: true, withFileTypes: true })).filter(entry => entry.isFile())
  const paths = found.map(entry => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/')).sort((a, b) => a < b ? -1 : 1)
  const entries: FileEntry[] = []
  for (const path of paths) {
    const file = join(folder, path)
    const { digest, size } = await read(file)
    entries.push({ path, mode: (await stat(file)).mode & 0o777, size, digest })
  }
  return entries
}

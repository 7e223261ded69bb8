import { accessSync, constants } from 'node:fs'
import { mkdir, symlink } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** Makes a folder to be the whole PATH, with nothing but these programs of this machine. */
export async function toolsFolder(folder: string, programs: readonly string[]): Promise<string> {
  await mkdir(folder, { recursive: true })
  for (const program of programs) {
    const found = (process.env['PATH'] ?? '').split(delimiter).map(path => join(path, program)).find(isExecutable)
    if (found === undefined) throw new Error(`There is no ${program} on the PATH`)
    await symlink(found, join(folder, program))
  }
  return folder
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

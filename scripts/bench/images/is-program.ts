import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** Whether a program stands in the PATH. */
export async function isProgram(name: string): Promise<boolean> {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const found = await Promise.all(folders.map(folder => access(join(folder, name), constants.X_OK).then(() => true, () => false)))
  return found.includes(true)
}

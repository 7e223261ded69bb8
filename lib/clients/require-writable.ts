import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ReleaseError } from '../values/errors.ts'
import { whyUnreadable } from '../values/why-unreadable.ts'

/**
 * Throws where a folder cannot be written, or made where there is none.
 * @param purpose what errors say after `Cannot`: `add charts to`
 * @throws ReleaseError (DESTINATION)
 */
export async function requireWritable(folder: string, purpose: string): Promise<void> {
  const refuse = (why: string): ReleaseError => new ReleaseError(`Cannot ${purpose} ${folder}: ${why}`, { code: 'DESTINATION', hint: 'Name a folder that the release may write.' })
  const there = await nearestThere(folder)
  try {
    if (!(await stat(there)).isDirectory()) throw refuse(there === folder ? 'it is a file' : `${there} is a file`)
    await access(there, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw error instanceof ReleaseError ? error : refuse(there === folder ? whyUnreadable(error) : `in ${there}, ${whyUnreadable(error)}`)
  }
}

async function nearestThere(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined)
  return found || dirname(path) === path ? path : nearestThere(dirname(path))
}

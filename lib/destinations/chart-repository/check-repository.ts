import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readIndex } from '../../formats/chart/index-yaml-read.ts'
import { asProblem } from '../../values/as-problem.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Problem } from '../../values/problem.ts'
import { whyUnreadable } from '../../values/why-unreadable.ts'
import { indexFile, indexText } from './index-file.ts'

/** What keeps charts from being added to a folder: it cannot be written, or its index cannot be read. */
export async function checkRepository(folder: string): Promise<readonly Problem[]> {
  try {
    await requireWritable(folder)
    const text = await indexText(folder)
    if (text !== undefined) readIndex(text, join(folder, indexFile))
    return []
  } catch (error) {
    return [asProblem(`chart repository ${folder}`, error)]
  }
}

async function requireWritable(folder: string): Promise<void> {
  const there = await nearestThere(folder)
  try {
    if (!(await stat(there)).isDirectory()) throw unwritable(folder, there === folder ? 'it is a file' : `${there} is a file`)
    await access(there, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw error instanceof ReleaseError ? error : unwritable(folder, there === folder ? whyUnreadable(error) : `in ${there}, ${whyUnreadable(error)}`)
  }
}

function unwritable(folder: string, why: string): ReleaseError {
  return new ReleaseError(`Cannot add charts to ${folder}: ${why}`, { code: 'DESTINATION', hint: 'Name a folder that the release may write.' })
}

async function nearestThere(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined)
  return found || dirname(path) === path ? path : nearestThere(dirname(path))
}

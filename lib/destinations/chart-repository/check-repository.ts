import { join } from 'node:path'
import { requireWritable } from '../../clients/require-writable.ts'
import { readIndex } from '../../formats/chart/index-yaml-read.ts'
import { asProblem } from '../../values/as-problem.ts'
import type { Problem } from '../../values/problem.ts'
import { indexFile, indexText } from './index-file.ts'

/** What keeps charts from being added to a folder: it cannot be written, or its index cannot be read. */
export async function checkRepository(folder: string): Promise<readonly Problem[]> {
  try {
    await requireWritable(folder, 'add charts to')
    const text = await indexText(folder)
    if (text !== undefined) readIndex(text, join(folder, indexFile))
    return []
  } catch (error) {
    return [asProblem(`chart repository ${folder}`, error)]
  }
}

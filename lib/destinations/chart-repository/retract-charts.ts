import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hashFile } from '../../clients/hash-file.ts'
import { withoutEntry } from '../../formats/chart/index-yaml.ts'
import { asProblem } from '../../values/as-problem.ts'
import { diskError } from '../../values/disk-error.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Problem } from '../../values/problem.ts'
import type { Committed, Retractable } from './commit-charts.ts'
import { indexFile, indexText, replaceIndex } from './index-file.ts'

const mostTries = 5

/**
 * Takes charts back, the index first, so that nothing is named that is not there: where nothing else has changed since, the folder
 * is what it was, byte for byte; where something has, only the entries of this run go.
 * @returns what could not be taken back
 */
export async function retractCharts(folder: string, drafts: string, committed: Committed): Promise<readonly Problem[]> {
  try {
    await retractEntries(folder, drafts, committed)
    for (const chart of committed.placed) await removePackage(folder, chart)
    return []
  } catch (error) {
    return [asProblem(`chart repository ${folder}`, diskError(error, `the chart repository ${folder}`) ?? error)]
  }
}

async function retractEntries(folder: string, drafts: string, { listed, before, after }: Committed): Promise<void> {
  const file = join(folder, indexFile)
  for (let tries = 1; tries <= mostTries; tries += 1) {
    const now = await indexText(folder)
    if (now === undefined || listed.length === 0) return
    if (now === after && before === undefined) return rm(file)
    const text = now === after && before !== undefined ? before : listed.reduce((whole, { entry }) => withoutEntry(whole, file, entry), now)
    if (text === now || await replaceIndex(folder, drafts, text, now)) return
  }
  throw new ReleaseError(`Cannot take charts out of ${file}: something else writes it again and again`, {
    code: 'DESTINATION', hint: 'Take them out by hand.',
  })
}

/** Another's bytes under the same name stay. */
async function removePackage(folder: string, { name, bytes }: Retractable): Promise<void> {
  const file = join(folder, name)
  const there = await hashFile(file).catch(() => undefined)
  if (there?.digest === bytes.digest) await rm(file, { force: true })
}

import { link, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hashFile } from '../../clients/hash-file.ts'
import { isListed, mergeIndex } from '../../formats/chart/index-yaml.ts'
import type { IndexEntry } from '../../formats/chart/index-yaml-entry.ts'
import type { Descriptor, Digest } from '../../values/descriptor.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { RepositoryChart } from './chart-entry.ts'
import { indexFile, indexText, replaceIndex } from './index-file.ts'

/** As much of a chart as it takes to take it back. */
export interface Retractable extends Pick<RepositoryChart, 'name'> {
  readonly bytes: Pick<Descriptor, 'digest'>
  readonly entry: Pick<IndexEntry, 'digest'> & { readonly metadata: Pick<IndexEntry['metadata'], 'name' | 'version'> }
}

/** What a commit did, so that it can be taken back. */
export interface Committed {
  /** Packages that were not there before. */
  readonly placed: readonly Retractable[]
  /** Entries that were not there before. */
  readonly listed: readonly Retractable[]
  /** The index as it was; undefined where there was none. */
  readonly before: string | undefined
  readonly after: string
}

const mostTries = 5

/**
 * Puts packages into the folder, and then the index that names them: each by one rename, so that a kill between them leaves a
 * package that no index names, and the next run goes on from there.
 * @param drafts the folder with the packages, on the same file system
 * @throws ReleaseError (DESTINATION) where a version is there with other bytes; then nothing was changed
 */
export async function commitCharts(folder: string, drafts: string, charts: readonly RepositoryChart[]): Promise<Committed> {
  await requireFree(folder, charts)
  const merged = await mergedIndex(folder, charts)
  const placed: RepositoryChart[] = []
  try {
    for (const chart of charts) if (await place(folder, drafts, chart)) placed.push(chart)
    return { placed, ...await writeIndex(folder, drafts, charts, merged) }
  } catch (error) {
    for (const { name } of placed) await rm(join(folder, name), { force: true }).catch(() => undefined)   // what went wrong before says more
    throw error
  }
}

/** @throws ReleaseError (DESTINATION) where a package of that name is there with other bytes */
async function requireFree(folder: string, charts: readonly RepositoryChart[]): Promise<void> {
  for (const chart of charts) {
    const there = await digestThere(folder, chart)
    if (there !== undefined && there !== chart.bytes.digest) throw differs(folder, chart, there)
  }
}

/** What is known before anything is written. @throws ReleaseError (DESTINATION) where the version is there with other bytes */
export async function requireSame(folder: string, chart: RepositoryChart): Promise<void> {
  await requireFree(folder, [chart])
  isListed(await indexText(folder), join(folder, indexFile), chart.entry)
}

/** Whether it was put there; where it is already, nothing is done. A rename would take the place of another run's. */
async function place(folder: string, drafts: string, chart: RepositoryChart): Promise<boolean> {
  const [draft, target] = [join(drafts, chart.name), join(folder, chart.name)]
  const there = await digestThere(folder, chart)
  if (there !== undefined && there !== chart.bytes.digest) throw differs(folder, chart, there)
  if (there !== undefined) return false
  try {
    await link(draft, target)
    await rm(draft)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return place(folder, drafts, chart)
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code)) throw error
    await rename(draft, target)   // a file system without links
  }
  return true
}

async function writeIndex(folder: string, drafts: string, charts: readonly RepositoryChart[], merged: Merged): Promise<Omit<Committed, 'placed'>> {
  for (let tries = 1; tries <= mostTries; tries += 1) {
    const { before, after } = tries === 1 ? merged : await mergedIndex(folder, charts)
    if (after === before) return { before, after, listed: [] }
    const listed = charts.filter(({ entry }) => !isListed(before, join(folder, indexFile), entry))
    if (await replaceIndex(folder, drafts, after, before)) return { before, after, listed }
  }
  throw new ReleaseError(`Cannot write ${join(folder, indexFile)}: something else writes it again and again`, {
    code: 'DESTINATION', hint: 'Run the release again when nothing else writes there.',
  })
}

type Merged = Pick<Committed, 'before' | 'after'>

async function mergedIndex(folder: string, charts: readonly RepositoryChart[]): Promise<Merged> {
  const before = await indexText(folder)
  const after = charts.reduce<string | undefined>((text, { entry }) => mergeIndex(text, join(folder, indexFile), entry), before)
  return { before, after: after ?? '' }
}

async function digestThere(folder: string, { name }: RepositoryChart): Promise<Digest | undefined> {
  try {
    return (await hashFile(join(folder, name))).digest
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function differs(folder: string, { name, bytes }: RepositoryChart, there: Digest): ReleaseError {
  return new ReleaseError(`Cannot put ${name} into ${folder}: it is there as ${there}, not ${bytes.digest}`, {
    code: 'DESTINATION', hint: 'A version is published once: release a new one, or remove that one if nobody has used it.',
  })
}

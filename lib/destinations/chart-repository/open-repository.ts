import { chmod, copyFile, constants, mkdir, mkdtemp, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Session } from '../../contracts/destination.ts'
import { clearDead } from '../../clients/clear-dead.ts'
import { hashFile } from '../../clients/hash-file.ts'
import { processMark } from '../../clients/process-mark.ts'
import { removeTree } from '../../clients/remove-tree.ts'
import type { OutlineOf } from '../../values/artifact.ts'
import type { Chart } from '../../values/chart.ts'
import { diskError } from '../../values/disk-error.ts'
import { chartEntry, type RepositoryChart } from './chart-entry.ts'
import { commitCharts, requireSame, type Committed } from './commit-charts.ts'
import { publishedCharts } from './published-charts.ts'
import { retractCharts } from './retract-charts.ts'

export interface RepositoryOptions {
  /** Absolute. */
  readonly folder: string
  /** The address of the folder, without a slash at its end. */
  readonly base: string
  /** The commit's time in UTC, RFC 3339. */
  readonly created: string
}

const working = '.slipway-'

/** Charts on their way into a classic repository: packages wait in a hidden folder of it, so that a rename is all that is left. */
export async function openRepository({ folder, base, created }: RepositoryOptions): Promise<Session<Chart>> {
  await clearDead(folder, working).catch(() => undefined)   // there may be no folder yet
  const charts = new Map<string, RepositoryChart>()
  let drafts: Promise<Drafts> | undefined
  let committed: Committed | undefined
  const draftsOnce = async (): Promise<Drafts> => drafts ??= makeDrafts(folder)
  const close = async (): Promise<void> => {
    const made = await drafts?.catch(() => undefined)
    drafts = undefined
    if (made) await removeDrafts(folder, made)
  }
  return {
    stage: (artifact, { content }) => writing(folder, async () => {
      const chart = await chartEntry(artifact, content, { base, created })
      await requireSame(folder, chart)
      const draft = join((await draftsOnce()).folder, chart.name)
      await copyFile(await content.file(chart.bytes), draft, constants.COPYFILE_FICLONE)
      await chmod(draft, 0o644)
      charts.set(artifact.name, chart)
      return { artifact, url: `${base}/${chart.name}` }
    }),
    verify: async ({ artifact }) => {
      const { bytes } = charts.get(artifact.name) as RepositoryChart
      const { digest } = await hashFile(join((await draftsOnce()).folder, artifact.name))
      return { state: 'staged', digest: digest === bytes.digest ? artifact.digest : digest }
    },
    commit: ({ staged }) => writing(folder, async () => {
      const wanted = staged.map(({ artifact }) => charts.get(artifact.name) as RepositoryChart)
      committed = await commitCharts(folder, (await draftsOnce()).folder, wanted)
    }),
    retract: async what => {
      const taken = committed ?? await publishedCharts(folder, what as readonly OutlineOf<Chart>[])
      const problems = taken.listed.length + taken.placed.length === 0 ? [] : await retractCharts(folder, (await draftsOnce()).folder, taken)
      committed = undefined
      await close()
      return problems
    },
    close,
  }
}

interface Drafts {
  readonly folder: string
  /** The first of the folders that had to be made for the repository. */
  readonly first: string | undefined
}

async function makeDrafts(folder: string): Promise<Drafts> {
  const first = await mkdir(folder, { recursive: true })
  return { folder: await mkdtemp(join(folder, `${working}${processMark()}-`)), first }
}

/** Takes away what was made for this run; a repository that got nothing goes too. */
async function removeDrafts(repository: string, { folder, first }: Drafts): Promise<void> {
  await removeTree(folder)
  if (first === undefined) return
  for (let each = repository; each.length >= first.length; each = dirname(each)) {
    if (!await rmdir(each).then(() => true, () => false)) return
  }
}

/** A disk that is full is one error, whatever was being written. */
async function writing<T>(folder: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    throw diskError(error, `the chart repository ${folder}`) ?? error
  }
}

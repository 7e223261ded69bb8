import type { LockedChart } from '../../formats/lock-file.ts'
import { neededCharts, type NeededChart } from './dependencies.ts'
import { readChartNow } from './fetch.ts'
import { readChartFolder } from './folder.ts'
import type { ChartAccess } from './http.ts'

/** What happens to one chart in slipway.lock. */
export interface ChartChange {
  /** `https://charts.example/common@1.2.3` */
  readonly chart: string
  readonly state: 'kept' | 'added' | 'changed' | 'removed' | 'failed'
  readonly before?: LockedChart | undefined
  readonly after?: LockedChart | undefined
  readonly error?: unknown
}

export interface LockCharts {
  /** The folders of the charts that build.ts packages, absolute. */
  readonly folders: readonly string[]
  /** The project's repository, absolute. */
  readonly within: string
  /** What is pinned. */
  readonly before: Readonly<Record<string, LockedChart>>
  /** Asks again for what is pinned. */
  readonly update: boolean
  /** What git has of charts/ needs no repository. */
  readonly isTracked: (file: string) => boolean
}

/**
 * Pins each chart that the charts of a build.ts depend on by the digest of its package. What is pinned stays, unless `update`
 * asks for what is there now under that version.
 * @throws ReleaseError (FILES) where the charts or their locks cannot be used
 */
export async function lockCharts({ folders, within, before, update, isTracked }: LockCharts, access: ChartAccess): Promise<readonly ChartChange[]> {
  const needed = await Promise.all(folders.map(async folder => (await neededCharts(readChartFolder(folder, { within }), { folder, within })).needed))
  const wanted = new Map(needed.flat().filter(({ vendored }) => !vendored || !isTracked(vendored.file)).map(one => [one.key, one]))
  const known = [...wanted.values()].sort(byKey).map(async (chart): Promise<ChartChange> => {
    const old = Object.hasOwn(before, chart.key) ? before[chart.key] : undefined
    if (old && !update) return { chart: chart.key, state: 'kept', before: old, after: old }
    try {
      const after = await readChartNow(chart, access)
      return { chart: chart.key, state: !old ? 'added' : isSame(old, after) ? 'kept' : 'changed', before: old, after }
    } catch (error) {
      if (access.signal?.aborted) throw error
      return { chart: chart.key, state: 'failed', before: old, error }
    }
  })
  const gone = Object.keys(before).filter(key => !wanted.has(key)).sort()
  return [...await Promise.all(known), ...gone.map((chart): ChartChange => ({ chart, state: 'removed', before: before[chart] }))]
}

function byKey({ key: a }: NeededChart, { key: b }: NeededChart): number {
  return a < b ? -1 : 1
}

function isSame(a: LockedChart, b: LockedChart): boolean {
  return a.digest === b.digest && a.size === b.size && a.url === b.url
}

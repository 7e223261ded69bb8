import type { ChartChange } from '../../clients/chart/lock.ts'
import type { RegistryAccess } from '../../clients/open-registry.ts'
import type { Lock, LockedChart } from '../../formats/lock-file.ts'
import { readableBytes } from '../../values/readable.ts'
import { errorData } from '../run/print-errors.ts'
import { table } from '../table.ts'

/** The charts whose dependencies are pinned. */
export interface ChartsToLock {
  /** Their folders, absolute. */
  readonly folders: readonly string[]
  /** The project's repository, absolute. */
  readonly within: string
}

/** What becomes of the charts in a lock; nothing where build.ts names none and none is pinned. */
export async function chartChanges({ folders, within }: ChartsToLock, before: Lock, update: boolean, access: RegistryAccess): Promise<readonly ChartChange[]> {
  const { charts = {} } = before
  if (folders.length === 0 && Object.keys(charts).length === 0) return []
  const [{ lockCharts }, { trackedFiles }] = await Promise.all([import('../../clients/chart/lock.ts'), import('../../clients/git/tracked-files.ts')])
  const tracked = folders.length === 0 ? new Set<string>() : await trackedFiles(access.exec, within)
  return lockCharts({ folders, within, before: charts, update, isTracked: file => tracked.has(file) }, access)
}

/** The charts of the lock that is written: what could not be read stays as it was. */
export function chartsAfter(changes: readonly ChartChange[]): Pick<Lock, 'charts'> {
  const kept = changes.flatMap(({ chart, state, before, after }) => {
    const pin = state === 'failed' ? before : after
    return pin && state !== 'removed' ? [[chart, pin] as const] : []
  })
  return kept.length === 0 ? {} : { charts: Object.fromEntries(kept) }
}

export function chartTable(changes: readonly ChartChange[]): string {
  const rows = changes.map(({ chart, state, before, after }) => [chart, state, before && state !== 'kept' ? described(before) : '', after ? described(after) : ''])
  return rows.length === 0 ? '' : table([['chart', 'state', 'before', 'now'], ...rows])
}

/** As --json prints it. */
export function chartData(changes: readonly ChartChange[]): object {
  return changes.length === 0 ? {} : { charts: changes.map(({ error, ...change }) => ({ ...change, ...error !== undefined && { error: errorData(error) } })) }
}

function described({ digest, size }: LockedChart): string {
  return `${digest.slice(0, 'sha256:'.length + 16)}, ${readableBytes(size)}`
}

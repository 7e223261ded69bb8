import type { Observer } from '../../lib/contracts/workshop.ts'
import { task } from '../../lib/graph/task.ts'
import type { Artifact } from '../../lib/values/artifact.ts'
import { filesMediaType, type FileEntry } from '../../lib/values/files.ts'
import { readChart, type ChartPlace } from './read-chart.ts'

/** Packages, listed as files are. */
export type FetchedCharts = Artifact<'charts'>

/**
 * The packages of other charts that a chart takes from repositories, pinned by slipway.lock. It waits for no image, so that a
 * plan knows what cannot be had.
 */
export const fetchedCharts = task<ChartPlace, FetchedCharts>({
  name: 'chart dependencies',
  revision: 1,
  slot: 'net',
  silent: true,
  outline: ({ folder }) => ({ kind: 'charts', name: `${folder}/charts` }),
  depends: () => ({}),
  observe: async (place, observer) => {
    const { packages, reads } = await readChart(place, observer)
    return { value: packages.map(({ path, digest, size }) => ({ path, digest, size })), reads }
  },
  foresee: async (place, observer) => {
    const { packages } = await readChart(place, observer)
    if (packages.length === 0) return
    const { reachChartDependency } = await import('../../lib/clients/chart/fetch.ts')
    for (const one of packages) await reachChartDependency(one, access(observer))
  },
  work: async (place, workshop) => {
    const { content } = workshop
    const { packages } = await readChart(place, workshop)
    const entries = await Promise.all(packages.map(async (one): Promise<FileEntry> => {
      const { fetchChartDependency } = await import('../../lib/clients/chart/fetch.ts')
      const { digest, size } = await fetchChartDependency(one, { ...access(workshop), content })
      return { path: one.path, mode: 0o644, size, digest }
    }))
    return content.put([Buffer.from(JSON.stringify(entries))], filesMediaType)
  },
})

function access({ exec, signal, log }: Observer) {
  return { environment: process.env, exec, signal, log }
}

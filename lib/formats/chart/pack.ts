import type { Entry } from '../entry.ts'
import { gzip } from '../gzip.ts'
import { tar } from '../tar.ts'
import type { ChartFile } from './chart-file.ts'
import { chartLimits } from './chart-limits.ts'

export interface ChartPackaging {
  /** What Chart.yaml calls the chart, and so the one folder of the package. */
  readonly name: string
  /** The time of every file, RFC 3339 in whole seconds: the commit's. */
  readonly date: string
  /** From 1 to 9. Default: 9, because charts are small. */
  readonly level?: number
}

/**
 * A chart's package, `<name>-<version>.tgz`: one folder, Chart.yaml first, where those look who only want to know what it is,
 * the rest sorted. Everything is a file of mode 0644, as helm writes it.
 * @throws ReleaseError (FILES) where helm would not read it, (NAME) for a path that cannot be unpacked everywhere
 */
export async function* packChart(files: readonly ChartFile[], { name, date, level = 9 }: ChartPackaging): AsyncGenerator<Uint8Array> {
  const count = chartLimits(name)
  for (const { path, bytes } of files) count(path, bytes.length)
  const rank = ({ path }: ChartFile): number => path === 'Chart.yaml' ? 0 : 1
  const sorted = [...files].sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1))
  const entries = sorted.map(({ path, bytes }): Entry => ({ name: `${name}/${path}`, mode: 0o644, size: bytes.length, open: async function* () { yield bytes } }))
  yield* gzip(tar(entries, { time: new Date(date) }), level)
}

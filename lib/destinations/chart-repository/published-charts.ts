import { join } from 'node:path'
import { isVersion, listedVersion, readIndex } from '../../formats/chart/index-yaml-read.ts'
import type { OutlineOf } from '../../values/artifact.ts'
import type { Chart } from '../../values/chart.ts'
import type { Committed, Retractable } from './commit-charts.ts'
import { indexFile, indexText } from './index-file.ts'

/** What an earlier run published of these, by the digests that the index has. */
export async function publishedCharts(folder: string, charts: readonly OutlineOf<Chart>[]): Promise<Committed> {
  const text = await indexText(folder)
  if (text === undefined) return { placed: [], listed: [], before: undefined, after: '' }
  const { entries } = readIndex(text, join(folder, indexFile))
  const found = charts.flatMap(({ name, chart, version }): readonly Retractable[] => {
    const listed = (Object.hasOwn(entries, chart) ? entries[chart] ?? [] : []).map(listedVersion).find(one => isVersion(one, version))
    if (listed?.digest === undefined) return []
    const digest = `sha256:${listed.digest}` as const
    return [{ name, bytes: { digest }, entry: { digest, metadata: { name: chart, version } } }]
  })
  return { placed: found, listed: found, before: undefined, after: '' }
}

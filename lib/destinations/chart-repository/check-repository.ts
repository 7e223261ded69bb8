import { join } from 'node:path'
import { requireWritable } from '../../clients/require-writable.ts'
import type { Lookout } from '../../contracts/workshop.ts'
import { isVersion, listedVersion, readIndex } from '../../formats/chart/index-yaml-read.ts'
import { asProblem } from '../../values/as-problem.ts'
import type { OutlineOf } from '../../values/artifact.ts'
import type { Chart } from '../../values/chart.ts'
import { knownDigest } from '../../values/known-digest.ts'
import type { Problem } from '../../values/problem.ts'
import { chartEntry } from './chart-entry.ts'
import { requireSame } from './commit-charts.ts'
import { indexFile, indexText } from './index-file.ts'

export interface Checking extends Pick<Lookout, 'content' | 'release' | 'notice'> {
  readonly folder: string
  /** The address of the folder, without a slash at its end. */
  readonly base: string
  /** All that is sent there. */
  readonly what: readonly OutlineOf<Chart>[]
}

/** What keeps charts from being added to a folder: it cannot be written, its index cannot be read, or a version is there with other bytes. */
export async function checkRepository({ folder, what, ...more }: Checking): Promise<readonly Problem[]> {
  const where = `chart repository ${folder}`
  try {
    await requireWritable(folder, 'add charts to')
    const listed = await listedIn(folder, what)
    const unknown = listed.filter(chart => knownDigest(chart) === undefined).map(({ name }) => name)
    if (unknown.length > 0) more.notice(`${where} lists ${unknown.join(', ')} already: a version is published once, so it goes on only where the same bytes are made`)
    return (await Promise.all(what.map(chart => differing(where, { folder, chart, ...more })))).flat()
  } catch (error) {
    return [asProblem(where, error)]
  }
}

async function listedIn(folder: string, what: Checking['what']): Promise<Checking['what']> {
  const text = await indexText(folder)
  if (text === undefined) return []
  const { entries } = readIndex(text, join(folder, indexFile))
  return what.filter(({ chart, version }) => (Object.hasOwn(entries, chart) ? entries[chart] ?? [] : []).some(item => isVersion(listedVersion(item), version)))
}

/** A repository knows packages; a chart's own digest is its manifest's. */
async function differing(where: string, { folder, base, chart, content, release }: Omit<Checking, 'what' | 'notice'> & { readonly chart: OutlineOf<Chart> }): Promise<readonly Problem[]> {
  if (knownDigest(chart) === undefined) return []
  try {
    await requireSame(folder, await chartEntry(chart as Chart, content, { base, created: release.version.date }))
    return []
  } catch (error) {
    return [asProblem(where, error)]
  }
}

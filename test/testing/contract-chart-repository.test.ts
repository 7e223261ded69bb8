import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import { chartRepository } from '../../lib/destinations/chart-repository.ts'
import { destinationContract, type Sight } from '../../lib/testing/index.ts'
import type { Chart } from '../../lib/values/chart.ts'
import { helmChart } from '../destinations/support/helm-chart.ts'
import { makeIn } from './support/contract-artifacts.ts'
import { folderSight } from './support/folder-sight.ts'

const url = 'https://charts.example'
const charts = (text?: string) => ['gateway', 'other'].map(chart => helmChart({ chart, ...text === undefined ? {} : { text } }))

/** An index that lists nothing is no more to be seen than none: a later run cannot tell whether there was one. */
async function shownIn(folder: string): Promise<Sight> {
  const { 'index.yaml': index, ...packages } = await folderSight(folder, { hidden: false })
  const isEmpty = index !== undefined && /^entries: \{\}$/m.test(await readFile(join(folder, 'index.yaml'), 'utf8'))
  return index === undefined || isEmpty ? packages : { ...packages, 'index.yaml': index }
}

for (const [where, before] of [['in a new folder', undefined], ['beside what is there', 'apiVersion: v1\n# mine\nentries: {}\n']] as const) {
  const contract = destinationContract<Chart>({
    name: `chartRepository() ${where}`,
    place: async () => {
      const root = await mkdtemp(join(tmpdir(), 'charts-'))
      await writeFile(join(root, 'file'), '')
      const folder = before === undefined ? join(root, 'pages') : await mkdtemp(join(root, 'pages-'))
      const name = folder.slice(root.length + 1)
      if (before !== undefined) await writeFile(join(folder, 'index.yaml'), before)
      return {
        root, destination: () => chartRepository(name, { url }), broken: () => ({ 'a file in its place': chartRepository('file', { url }) }),
        witness: () => before === undefined ? shownIn(folder) : folderSight(folder, { hidden: false }), inventory: () => folderSight(folder),
        close: () => rm(root, { recursive: true }),
      }
    },
    artifacts: content => makeIn(content, charts()), changed: content => makeIn(content, charts('other bytes')),
    digests: false, atOnce: 4,
  })
  for (const { name, run } of contract) test(name, run)
}

test.run()

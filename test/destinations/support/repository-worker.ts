// A process that releases charts into <project>/pages, one version after the other: node --import tsx repository-worker.ts <project> <cache> <from>
import { openCache } from '../../../lib/clients/cache-folder.ts'
import { chartRepository } from '../../../lib/destinations/chart-repository.ts'
import { needsFrom } from '../../../lib/graph/needs.ts'
import { Slots } from '../../../lib/graph/slots.ts'
import { walk } from '../../../lib/graph/walk.ts'
import { publish, send } from '../../../tasks/publish.ts'
import { releaseValue } from '../../support/release-value.ts'
import { helmChart } from './helm-chart.ts'

const [project = '', cacheFolder = '', from = '0'] = process.argv.slice(2)
const cache = await openCache(cacheFolder)
process.stdout.write('ready\n')
for (let patch = Number(from); ; patch += 1) {
  const charts = ['gateway', 'other'].map(chart => helmChart({ chart, version: `1.0.${patch}` }))
  const outcomes = await walk([publish(send(chartRepository('pages', { url: 'https://charts.example' }), charts))], {
    mode: 'run', content: cache.content, records: cache.records, temporary: cache.temporary, discard: cache.discard, emit: () => undefined,
    slots: new Slots({ cpu: 4, net: 1, memory: 1, budget: 1 }, needsFrom({}), Date.now), signal: new AbortController().signal, now: Date.now,
    place: { root: project }, shared: new Map(), report: () => undefined, exec: () => async () => { throw new Error('no programs here') },
    release: releaseValue(),
  })
  for (const outcome of outcomes.values()) if (outcome.state === 'failed') process.stdout.write(`${outcome.error.stack}\n`)
}

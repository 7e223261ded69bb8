// A process that releases into a tap, one version after the other: node --import tsx tap-worker.ts <project> <cache> <repository> <from>
import { openCache } from '../../../lib/clients/cache-folder.ts'
import { fixedEnvironment } from '../../../lib/clients/environment.ts'
import { createExec } from '../../../lib/clients/exec.ts'
import { gitTap } from '../../../lib/destinations/git-tap.ts'
import { needsFrom } from '../../../lib/graph/needs.ts'
import { Slots } from '../../../lib/graph/slots.ts'
import { titleOf } from '../../../lib/graph/step.ts'
import { walk } from '../../../lib/graph/walk.ts'
import { publish, send } from '../../../tasks/publish.ts'
import { demoOf, releaseOf } from './tap-fixture.ts'
import { tapTexts } from './tap-texts.ts'

const [project = '', cacheFolder = '', repository = '', from = '0'] = process.argv.slice(2)
const cache = await openCache(cacheFolder)
process.stdout.write('ready\n')
for (let patch = Number(from); ; patch += 1) {
  const version = `1.0.${patch}`
  const outcomes = await walk([publish(send(gitTap({ repository }), demoOf(tapTexts(version), version)))], {
    mode: 'run', content: cache.content, records: cache.records, temporary: cache.temporary, discard: cache.discard,
    emit: event => { if (event.type === 'begin') process.stdout.write(`${titleOf(event.step)}\n`) },
    slots: new Slots({ cpu: 4, net: 1, memory: 1, budget: 1 }, needsFrom({}), Date.now), signal: new AbortController().signal, now: Date.now,
    place: { root: project }, shared: new Map(), report: () => undefined,
    exec: (cwd, signal) => createExec({ environment: fixedEnvironment(process.env), signal, cwd: cwd ?? project }), release: releaseOf(version),
  })
  for (const outcome of outcomes.values()) if (outcome.state === 'failed') process.stdout.write(`failed: ${outcome.error.stack}\n`)
}

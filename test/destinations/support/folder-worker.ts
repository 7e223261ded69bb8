// A process that releases into <project>/dist: node --import tsx folder-worker.ts <project> <cache> <what> [name]
import { openCache } from '../../../lib/clients/cache-folder.ts'
import { directory } from '../../../lib/destinations/directory.ts'
import { checkFolder } from '../../../lib/destinations/directory/check-folder.ts'
import { needsFrom } from '../../../lib/graph/needs.ts'
import { Slots } from '../../../lib/graph/slots.ts'
import { walk } from '../../../lib/graph/walk.ts'
import { publish, send } from '../../../tasks/publish.ts'
import { releaseValue } from '../../support/release-value.ts'
import { toys } from '../../support/toy-steps.ts'

const [project = '', cacheFolder = '', what, name = ''] = process.argv.slice(2)

/** Releases one after the other, each with other files, until it is killed. */
async function release(): Promise<void> {
  const cache = await openCache(cacheFolder)
  const { step } = toys()
  process.stdout.write('ready\n')
  for (let round = 0; ; round += 1) {
    const count = 2 + (round % 3)
    const steps = Array.from({ length: count }, (_, index) => step(`${name}${index}`, [], { text: `${count} ${'x'.repeat(50_000 * index)}` }))
    const outcomes = await walk([publish(send(directory(), steps))], {
      mode: 'run', content: cache.content, records: cache.records, temporary: cache.temporary, discard: cache.discard, emit: () => undefined,
      slots: new Slots({ cpu: 4, net: 1, memory: 1, budget: 1 }, needsFrom({}), Date.now), signal: new AbortController().signal, now: Date.now,
      place: { root: project }, shared: new Map(), report: () => undefined, exec: () => async () => { throw new Error('no programs here') },
      release: releaseValue(),
    })
    for (const outcome of outcomes.values()) if (outcome.state === 'failed') process.stdout.write(`${outcome.error.stack} ${String(outcome.error.cause)}\n`)
  }
}

async function check(): Promise<void> {
  const [problem] = await checkFolder({ folder: project })
  process.stdout.write(problem?.message ?? 'fine')
}

await (what === 'check' ? check() : release())

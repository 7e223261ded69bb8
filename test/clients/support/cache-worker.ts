// A process of its own that works in a cache: node --import tsx cache-worker.ts <cache> <what>
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openCache } from '../../../lib/clients/cache-folder.ts'
import { needsFrom } from '../../../lib/graph/needs.ts'
import { Slots } from '../../../lib/graph/slots.ts'
import { walk } from '../../../lib/graph/walk.ts'
import { digestOfValue } from '../../../lib/values/digest.ts'
import { ReleaseError } from '../../../lib/values/errors.ts'
import { toys } from '../../support/toy-steps.ts'

const [folder = '', what] = process.argv.slice(2)

/** Takes in the same blobs and records over and over, until it is killed. */
async function fill(): Promise<void> {
  const { content, records, temporary } = await openCache(folder)
  process.stdout.write('ready\n')
  for (let round = 0; ; round += 1) {
    const bytes = Buffer.alloc(300_000 + (round % 7) * 100_000, round % 7)
    const { digest } = await content.put([bytes.subarray(0, 100_000), bytes.subarray(100_000)], 'text/plain')
    const file = join(await temporary(), 'made')
    await writeFile(file, Buffer.alloc(200_000, 100 + (round % 7)))
    await content.adopt(file, 'text/plain')
    await records.keep(digestOfValue(round % 7), { round: round % 7, digest, text: 'x'.repeat(50_000) })
  }
}

/** Holds a temporary folder until it is killed. */
async function hold(): Promise<void> {
  const { temporary } = await openCache(folder)
  await writeFile(join(await temporary(), 'file'), 'x')
  process.stdout.write('ready\n')
  setInterval(() => undefined, 1000)
}

/** Makes forty steps, and prints the digest of the last. */
async function make(): Promise<void> {
  const cache = await openCache(folder)
  const { step } = toys()
  const first = Array.from({ length: 20 }, (_, index) => step(`${index} ${'x'.repeat(200_000)}`))
  const last = step('last', first.map((one, index) => step(`below ${index}`, [one])))
  const outcomes = await walk([last], {
    mode: 'run', content: cache.content, records: cache.records, temporary: cache.temporary, discard: cache.discard, emit: () => undefined,
    slots: new Slots({ cpu: 4, net: 1, memory: 1, budget: 1 }, needsFrom({}), Date.now), signal: new AbortController().signal, now: Date.now,
    place: { root: folder }, shared: new Map(), report: () => undefined, exec: () => async () => { throw new Error('no programs here') },
  })
  const outcome = outcomes.get(last.recipe)
  process.stdout.write(outcome && 'artifact' in outcome ? outcome.artifact.digest : JSON.stringify(outcome))
  await cache.close()
}

/** Puts a read-only tree into its temporary folder, as Go's module cache is, and gets rid of it. */
async function readOnly(): Promise<void> {
  const { chmod } = await import('node:fs/promises')
  const cache = await openCache(folder)
  const own = await cache.temporary()
  await mkdir(join(own, 'module', 'inner'), { recursive: true })
  await writeFile(join(own, 'module', 'inner', 'file'), 'x')
  for (const path of ['module/inner', 'module']) await chmod(join(own, path), 0o555)
  await cache.discard(own)
  await cache.close()
  process.stdout.write('gone\n')
}

/** Opens the cache and says why it cannot be. */
async function open(): Promise<void> {
  const error: unknown = await openCache(folder).then(cache => cache.close(), (thrown: unknown) => thrown)
  process.stdout.write(error instanceof ReleaseError ? `${error.code} ${error.message}` : String(error))
}

const works = { fill, hold, make, readOnly, open }
await works[what as keyof typeof works]()

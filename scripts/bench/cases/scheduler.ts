import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { run, task, type Artifact, type Step } from '../../../lib/index.ts'
import { duel } from '../duel.ts'
import type { Ring } from '../ring.ts'
import type { Row } from '../row.ts'

const [chains, depth, jobs, milliseconds] = [23, 13, 8, 20]

interface Nap { readonly after: readonly Artifact<'nap'>[]; readonly name: string; readonly round: number }

const nap = task<Nap, Artifact<'nap'>>({
  name: 'nap', revision: 1, slot: 'cpu',
  outline: ({ name }) => ({ kind: 'nap', name }),
  work: async ({ name }, { content }) => {
    await sleep(milliseconds)
    return content.put([Buffer.from(name)], 'text/plain')
  },
})

/** 23 chains of 13 sleeping steps and one that joins them, 300 in all, eight at a time; every one is new to the cache. */
function bed(round: number): Step<Artifact<'nap'>> {
  const ends = Array.from({ length: chains }, (_, chain) => {
    let end = nap({ after: [], name: `${chain}-0`, round })
    for (let place = 1; place < depth; place += 1) end = nap({ after: [end], name: `${chain}-${place}`, round })
    return end
  })
  return nap({ after: ends, name: 'join', round })
}

/** The same sleeps by nothing but loops: the least that they can take, with this machine's timers. */
async function loops(): Promise<void> {
  const waiting = Array.from({ length: chains }, (_, chain) => chain)
  const lane = async (): Promise<void> => {
    while (waiting.pop() !== undefined) for (let place = 0; place < depth; place += 1) await sleep(milliseconds)
  }
  await Promise.all(Array.from({ length: jobs }, lane))
  await sleep(milliseconds)
}

/** What the walk adds to 300 steps that only sleep: finding what may run, looking up, keeping. */
export async function scheduler({ runs, log }: Pick<Ring, 'runs' | 'log'>): Promise<readonly Row[]> {
  const cache = await mkdtemp(join(tmpdir(), 'slipway-scheduler-'))
  const before = process.env['SLIPWAY_CACHE']
  process.env['SLIPWAY_CACHE'] = cache
  let round = 0
  try {
    await run(nap({ after: [], name: 'loads what a run loads', round }))
    return await duel({
      work: '300 sleeping steps', rounds: runs ?? 5, log,
      ours: { name: 'slipway', run: async () => { await run(bed(round += 1), { jobs }) } },
      rivals: [{ name: 'plain loops', run: loops }],
    })
  } finally {
    if (before === undefined) delete process.env['SLIPWAY_CACHE']
    else process.env['SLIPWAY_CACHE'] = before
    await rm(cache, { recursive: true, force: true })
  }
}

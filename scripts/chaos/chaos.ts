import { allFaults } from '../../lib/testing/fault-proxy.ts'
import { chaosProject } from './project.ts'
import { randomFrom, shuffled } from './random.ts'
import { openSite } from './site.ts'
import { addTo, emptyTally, type Tally } from './tally.ts'
import { trial, type Disturbance, type Lane, type Whole } from './trial.ts'

export interface ChaosOptions {
  readonly targets: readonly string[]
  /** Trials that run at once. */
  readonly lanes: number
  /** When no further trial is begun, milliseconds; as long as it takes where it is absent. */
  readonly until?: number
  /** At most. Default: all. */
  readonly trials?: number
  readonly seed: number
  /** Kills at random moments. */
  readonly moments: number
  readonly signal: AbortSignal
  log(line: string): void
}

interface Opened extends Lane {
  readonly whole: Whole
  readonly keys: readonly string[]
  /** Milliseconds of a release with a warm cache. */
  readonly took: number
}

/**
 * Releases to registry, GitHub, a chart repository and a tap at once, again and again: each time something happens to the release,
 * then it is run again. Each lane has servers and a project of its own.
 */
export async function chaos(options: ChaosOptions): Promise<Tally> {
  const tally = emptyTally()
  const lanes: Lane[] = []
  try {
    for (let count = 0; count < options.lanes; count += 1) lanes.push({ site: await openSite(), project: await chaosProject(options.targets) })
    const opened = await Promise.all(lanes.map(lane => warm(lane, options)))
    const keys = commonKeys(opened)
    tally.registry = lanes[0]?.site.registryName ?? ''
    tally.enumerated = keys.length
    options.log(`${keys.length} requests of ${Math.round(opened[0]?.took ?? 0)} ms`)
    const waiting = trials(keys, options).slice(0, options.trials).values()
    await Promise.all(opened.map(async own => {
      for (const disturbance of waiting) {
        if (options.signal.aborted || Date.now() > (options.until ?? Infinity)) return
        const made = disturbance.kind === 'random' ? { ...disturbance, milliseconds: disturbance.milliseconds * own.took } : disturbance
        addTo(tally, await trial(own, made, own.whole), options.log)
      }
    }))
    return tally
  } finally {
    for (const { site, project } of lanes) {
      await site.close()
      await project.repository.remove()
    }
  }
}

/** Fills the cache, then sees what a release asks and what it comes to. */
async function warm(lane: Lane, { log }: ChaosOptions): Promise<Opened> {
  const cold = await trial(lane, { kind: 'nothing' }, undefined)
  if (cold.differences.length > 0) throw new Error(`a release that nothing disturbs fails: ${cold.differences.join('\n')}`)
  const { seen, inside, keys, took, ...warmed } = await trial(lane, { kind: 'nothing' }, cold)
  const wrong = [...warmed.differences, ...warmed.early, ...warmed.secrets]
  if (wrong.length > 0) throw new Error(`a release that nothing disturbs is not as it was: ${wrong.join('\n')}`)
  log(`${Object.keys(seen).length} things are to be seen after a release`)
  return { ...lane, whole: { seen, inside }, keys, took }
}

/** Requests that every run makes: some ask once more for what another one was just sending. */
function commonKeys(opened: readonly Opened[]): readonly string[] {
  const [first, ...others] = opened
  return (first?.keys ?? []).filter(key => others.every(({ keys }) => keys.includes(key)))
}

function trials(keys: readonly string[], { seed, moments }: ChaosOptions): readonly Disturbance[] {
  const random = randomFrom(seed)
  return shuffled<Disturbance>([
    ...keys.flatMap(key => [
      { kind: 'kill', moment: 'before', key } as const, { kind: 'kill', moment: 'after', key } as const, ...allFaults.map(fault => ({ kind: 'fault', fault, key } as const)),
    ]),
    // Of the time that a release takes.
    ...Array.from({ length: moments }, () => ({ kind: 'random', milliseconds: random() * 1.05 } as const)),
  ], random)
}

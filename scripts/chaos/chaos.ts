import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { noMirror, startMirror } from '../../test/release/support/base-mirror.ts'
import { wordsFor, type Disturbance, type Ground } from './disturbance.ts'
import { compiledLibrary } from './library.ts'
import { openLane, type OpenedLane } from './lane.ts'
import { leftOf, planTrials } from './plan.ts'
import type { Matrix } from './project.ts'
import { addBroken, addTo, countsOf, emptyTally, type Tally } from './tally.ts'
import { trial } from './trial.ts'

export interface ChaosOptions extends Matrix {
  /** Trials that run at once. */
  readonly lanes: number
  /** When no further trial is begun, milliseconds; as long as it takes where it is absent. */
  readonly until?: number
  /** What releases are made over, and how often undisturbed ones, to see what every one asks. Default: all that there is. */
  readonly times?: Readonly<Partial<Record<Ground, number>>>
  /** Only those that this says yes to. */
  readonly chosen?: (disturbance: Disturbance, index: number) => boolean
  readonly seed: number
  /** Kills at random moments. */
  readonly moments: number
  readonly signal: AbortSignal
  log(line: string): void
}

/** How often a trial is made of which a part has not happened. */
const tries = 8

/**
 * Releases examples/gateway to every destination at once, again and again: each time something happens to the release, then it is
 * run again. Each lane has servers and a project of its own.
 */
export async function chaos(options: ChaosOptions): Promise<Tally> {
  const { signal, log, until = Infinity, times = { nothing: 3, person: 2, earlier: 1 } } = options
  const tally = emptyTally()
  const lanes: OpenedLane[] = []
  const folder = await mkdtemp(join(tmpdir(), 'chaos-'))
  const library = await compiledLibrary()
  const lacking = options.distros.every(distro => distro === 'static') ? 'none is needed' : noMirror()
  if (lacking !== undefined) log(`each distro is a copy of static: ${lacking}`)
  const mirror = lacking === undefined ? await startMirror(join(folder, 'bases')) : undefined
  try {
    const opening = await Promise.allSettled(Array.from({ length: options.lanes }, () => openLane({ matrix: options, library, mirror, times })))
    lanes.push(...opening.flatMap(one => one.status === 'fulfilled' ? [one.value] : []))
    for (const one of opening) if (one.status === 'rejected') throw one.reason
    const [first] = lanes
    if (!first) return tally
    const common = (over: 'nothing' | 'person'): readonly string[] => first.keys[over].filter(key => lanes.every(({ keys }) => keys[over].includes(key)))
    const every = new Set(lanes.flatMap(({ asked }) => asked))
    const planned = planTrials({ ...options, keys: common('nothing'), personKeys: common('person') })
    Object.assign(tally, { registry: first.site.servers.registryName, seed: options.seed, enumerated: common('nothing'), sometimes: every.size - common('nothing').length, planned: countsOf(planned) })
    log(`${tally.enumerated.length} requests of ${Math.round(first.took)} ms; ${Object.keys(first.wholes.nothing?.seen ?? {}).length} things are to be seen after a release; ${planned.length} trials`)
    const waiting = planned.filter((one, index) => times[one.over] !== undefined && (options.chosen?.(one, index) ?? true))
    const queue = waiting.values()
    const began = Date.now()
    await Promise.all(lanes.map(async lane => {
      for (const disturbance of queue) {
        if (signal.aborted || Date.now() > until) return
        await made(lane, disturbance, tally, log)
        if (tally.trials % 50 === 0) log(`${tally.trials} trials of ${waiting.length} in ${Math.round((Date.now() - began) / 1000)} s, ${tally.failed.length} failed`)
      }
    }))
    return tally
  } finally {
    for (const lane of lanes) await lane.close()
    await mirror?.close()
    await library.remove()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Tries until it happens: a run may end before, or ask once less than another one. */
async function made(lane: OpenedLane, disturbance: Disturbance, tally: Tally, log: (line: string) => void): Promise<void> {
  let now = disturbance
  for (let count = 0; count < tries; count += 1) {
    const result = await trial(lane, now).catch((error: Error) => error)
    if (result instanceof Error) return addBroken(tally, now, result, log)
    addTo(tally, result, log)
    const left = leftOf(now, result.happened, result.reached)
    if (!left) return
    now = left
  }
  log(`${wordsFor(now)}: did not happen in ${tries} runs`)
}

import { setTimeout as delay } from 'node:timers/promises'
import { descendants, living } from '../../lib/clients/process-tree.ts'
import type { Fault } from '../../lib/testing/index.ts'
import type { Ended, Started } from '../../test/release/support/start.ts'
import type { FaultAt, Happening } from './disturbance.ts'
import type { Machine } from './machine.ts'
import { requestKeys } from './request-key.ts'
import { secretsInArguments, secretsShown } from './secrets.ts'
import type { Site } from './site.ts'
import { witnessOf, type Expected } from './witness.ts'

export interface Observation {
  /** Of each machine. */
  readonly ended: readonly Ended[]
  /** Whether it happened: a run may end before, or never make that request. */
  readonly reached: boolean
  /** The requests that failed. */
  readonly happened: readonly FaultAt[]
  /** What was asked, in order. */
  readonly keys: readonly string[]
  /** Milliseconds. */
  readonly took: number
  readonly early: readonly string[]
  readonly secrets: readonly string[]
  /** Whether one had to be stopped. */
  readonly overdue: boolean
  /** How often was looked. */
  readonly looks: number
}

export interface Observed {
  readonly site: Site
  /** One, or two at once. */
  readonly machines: readonly [Machine] | readonly [Machine, Machine]
  readonly happening: Happening
  readonly expected?: Expected | undefined
  /** What digests are called in requests. */
  readonly names?: ReadonlyMap<string, string> | undefined
  /** Milliseconds of an undisturbed release. */
  readonly usual: number
}

/** Milliseconds after which a release that does not end is stopped: far more than one takes on a busy machine. */
const limit = 600_000

/** Releases from one machine, or two at once, lets something happen, and looks from outside after each request. */
export async function observe(options: Observed): Promise<Observation> {
  const { site, machines: [first], happening, usual } = options
  const witness = witnessOf(site, options.expected)
  await witness.look()
  const runs = startedRuns()
  const watched = watch(options, witness, runs)
  const began = performance.now()
  runs.begin(first)
  const second = options.machines[1]
  if (happening.kind === 'moment') await runs.killAt(happening.share * usual)
  if (happening.kind === 'together' && second) {
    await delay(happening.apart * usual)
    runs.begin(second)
    if (happening.killed !== undefined) await runs.killAt(happening.killed * usual - (performance.now() - began))
  }
  const { ended, overdue } = await runs.end()
  const took = performance.now() - began
  await site.idle()
  await witness.lookAround()
  site.watch(undefined)
  const shown = ended.flatMap(({ stdout, stderr }) => secretsShown(site, `${stdout}${stderr}`, 'what a run prints'))
  const { keys, happened, secrets } = watched
  const both = happening.kind === 'together' && happening.killed === undefined
  return { ended, overdue, took, happened, ...witness.told(), reached: both || runs.killed() || happened.length > 0, keys: [...keys.values()], secrets: [...new Set([...secrets, ...shown])] }
}

interface Watched {
  readonly keys: ReadonlyMap<object, string>
  readonly happened: readonly FaultAt[]
  readonly secrets: ReadonlySet<string>
}

/** Looks and listens at each request, and lets happen what is to happen at it. */
function watch({ site, happening, names }: Observed, witness: ReturnType<typeof witnessOf>, runs: Runs): Watched {
  const keyOf = requestKeys(names)
  const [keys, happened, secrets] = [new Map<object, string>(), [] as FaultAt[], new Set<string>()]
  const happens = async (moment: 'before' | 'after', key: string | undefined): Promise<Fault | undefined> => {
    if (happening.kind === 'faults' && moment === 'before') {
      const one = happening.faults.find(fault => fault.key === key)
      if (one) happened.push(one)
      return one?.fault
    }
    // What a process that is dead had sent is not to be counted, and may arrive all the same.
    if (runs.killed() || happening.kind !== 'kill' || happening.key !== key || happening.moment !== moment) return undefined
    await runs.kill()
    return 'cut'
  }
  site.watch(async (moment, server, request) => {
    if (moment === 'before') {
      keys.set(request, keyOf(server, request))
      for (const one of secretsShown(site, request.path, `the address of ${server}`)) secrets.add(one)
      if (server === 'tap') for (const pid of runs.pids()) for (const one of await secretsInArguments(site, pid)) secrets.add(one)
    }
    witness.touch(server, request)
    if (moment === 'after') await witness.look()
    return happens(moment, keys.get(request))
  })
  return { keys, happened, secrets }
}

interface Runs {
  begin(machine: Machine): void
  pids(): readonly number[]
  /** Kills the first one, as `kill -9` does. */
  kill(): Promise<void>
  /** The same in so many milliseconds, where it still runs then. */
  killAt(milliseconds: number): Promise<void>
  killed(): boolean
  /** Waits for all, and for what a killed one had started. */
  end(): Promise<{ readonly ended: readonly Ended[], readonly overdue: boolean }>
}

function startedRuns(): Runs {
  const children: Started[] = []
  const orphans: number[] = []
  let killed = false
  const kill = async (): Promise<void> => {
    const [first] = children
    if (first?.child.exitCode !== null) return
    killed = true
    orphans.push(...await descendants(first.child.pid ?? 0))
    first.child.kill('SIGKILL')
    await first.ended
  }
  return {
    kill, begin: machine => { children.push(machine.begin()) }, killed: () => killed, pids: () => children.flatMap(({ child }) => child.pid ?? []),
    killAt: async milliseconds => {
      await Promise.race([delay(Math.max(0, milliseconds)), children[0]?.ended])
      await kill()
    },
    end: async () => {
      let overdue = false
      const timer = setTimeout(() => {
        overdue = true
        for (const { child } of children) child.kill('SIGKILL')
      }, limit)
      const ended = await Promise.all(children.map(one => one.ended)).finally(() => { clearTimeout(timer) })
      await gone(orphans)
      return { ended, overdue }
    },
  }
}

/** Programs that a killed run had started end by themselves, or go on for a while as they do after any kill. */
async function gone(orphans: readonly number[]): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if ((await living(orphans)).length === 0) return
    await delay(20)
  }
  for (const one of await living(orphans)) process.kill(one, 'SIGKILL')
}

import type { CacheFolder } from './clients/cache-folder.ts'
import type { OpenedSharedCache } from './clients/shared-cache.ts'
import type { SharedCachePlace } from './clients/shared-cache/shared-cache-place.ts'
import type { Machine } from './clients/machine.ts'
import type { Exec } from './contracts/exec.ts'
import type { Place } from './contracts/workshop.ts'
import type { Emit } from './graph/events.ts'
import { type History, historyFrom, mergedHistory } from './graph/history.ts'
import { needsFrom } from './graph/needs.ts'
import { Slots } from './graph/slots.ts'
import type { WalkOptions } from './graph/walk-options.ts'
import type { Json } from './values/json.ts'
import type { Release } from './values/release.ts'

export interface RuntimeOptions {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
  readonly place: Place
  /** Steps that compute at once; one more than there are cores where it is absent. */
  readonly jobs?: number | undefined
  /** Bytes that compilers may use together; what the machine or its cgroup has where it is absent. */
  readonly memory?: number | undefined
  /** A cache that machines share; nothing is looked up there or kept there where `fresh` is. */
  readonly shared?: SharedCachePlace | undefined
  /** Look nothing up. */
  readonly fresh?: boolean
  readonly failFast?: boolean
  readonly strict?: boolean
}

/** Everything of the outside that walks need, opened once for a process. */
export interface Runtime {
  readonly cache: CacheFolder
  readonly machine: Machine
  readonly jobs: number
  readonly memory: number
  /** Programs in the fixed environment, with these variables added. */
  exec(variables: Readonly<Record<string, string>>, cwd?: string): Exec
  /** The options of one walk. */
  walk(mode: WalkOptions['mode'], emit: Emit, release?: Release, variables?: Readonly<Record<string, string>>): WalkOptions
  /** What steps said of this run. */
  readonly reports: Record<string, Json>
  /** What earlier runs took, milliseconds by a step's name in every release. */
  readonly durations: Record<string, number>
  /** Results that are still on their way to the shared cache. */
  readonly left: () => number
  /** Waits for them, and reports what the shared cache was good for. */
  settle(): Promise<void>
  /** Forgets what was read of the project: something of its own has run. */
  forget(): void
  /** Keeps what was learned and removes temporary files. */
  close(): Promise<void>
}

/** @throws ReleaseError (CACHE) where the cache folder cannot be used */
export async function openRuntime(options: RuntimeOptions): Promise<Runtime> {
  const [{ cacheLocation, openCache }, { readMachine }, { createExec }, { fixedEnvironment }] = await Promise.all([
    import('./clients/cache-folder.ts'), import('./clients/machine.ts'), import('./clients/exec.ts'), import('./clients/environment.ts'),
  ])
  const own = await openCache(cacheLocation(options.environment, process.platform))
  // Whoever listens to any walk: what goes on beside them belongs to none.
  const listening = new Set<Emit>()
  const elsewhere = options.shared && !options.fresh ? await openElsewhere(options.shared, own, options, line => { for (const emit of listening) emit({ type: 'notice', line }) }) : undefined
  const cache = elsewhere ? { ...own, content: elsewhere.content } : own
  const [machine, history] = await Promise.all([readMachine(), cache.readNote('history').then(historyFrom)])
  const needs = needsFrom(history.needs)
  // What was known is read through, what is written is its own: that is what this run learned.
  const durations = Object.create(history.durations) as Record<string, number>
  // One more than there are cores, so that none of them waits for a disk.
  const jobs = options.jobs ?? machine.cores.total + 1
  const memory = options.memory ?? machine.memory.total
  const budget = options.memory ?? leftFor(machine)
  const slots = new Slots({ cpu: jobs, net: 8, memory, budget }, needs, () => performance.now())
  const environment = fixedEnvironment(options.environment)
  const shared = new Map<string, Promise<unknown>>()
  const execWith = (variables: Readonly<Record<string, string>>, signal: AbortSignal, cwd: string): Exec =>
    createExec({ environment: { ...environment, ...variables }, signal, cwd })
  const listened = (emit: Emit): Emit => {
    listening.add(emit)
    return emit
  }
  const runtime: Runtime = {
    cache, machine, jobs, memory, reports: {}, durations,
    exec: (variables, cwd = options.place.root) => execWith(variables, options.signal, cwd),
    walk: (mode, emit, release, variables = {}) => ({
      mode, emit: listened(emit), ...(elsewhere ? { elsewhere: elsewhere.cache } : {}), slots, shared, content: cache.content, records: cache.records, signal: options.signal, place: options.place,
      exec: (folder, signal) => execWith(variables, signal, folder ?? options.place.root),
      now: Date.now, temporary: cache.temporary, discard: cache.discard,
      report: (name, value) => { runtime.reports[name] = value },
      ...(release ? { release } : {}), ...(options.fresh ? { fresh: true } : {}),
      ...(options.failFast ? { failFast: true } : {}), ...(options.strict ? { strict: true } : {}),
    }),
    left: () => elsewhere?.left() ?? 0,
    settle: async () => { if (elsewhere) runtime.reports['cache'] = await elsewhere.settled() },
    forget: () => { shared.clear() },
    close: async () => {
      await elsewhere?.settled()
      const learned = { needs: changed(needs.all(), history.needs), durations: { ...durations } }
      await keepLearned(cache, learned, history).catch(() => undefined)
      await cache.close()
    },
  }
  return runtime
}

async function openElsewhere(place: SharedCachePlace, cache: CacheFolder, { environment, signal, place: { root } }: RuntimeOptions, notice: (line: string) => void): Promise<OpenedSharedCache> {
  const [{ openSharedCache }, { blobsOf }, { createExec }, { fixedEnvironment }] = await Promise.all([
    import('./clients/shared-cache.ts'), import('./commands/shard/part-blobs.ts'), import('./clients/exec.ts'), import('./clients/environment.ts'),
  ])
  const exec = createExec({ environment: fixedEnvironment(environment), signal, cwd: root })
  return openSharedCache({ place, cache, blobsOf, notice, access: { environment, signal, exec } })
}

/**
 * What compilers may use together, where nobody says so. This process and those that started it take their part, and grow;
 * a tenth is for what a compile needs for one platform more than for another.
 */
function leftFor({ memory: { total, available } }: Machine): number {
  return Math.floor(Math.max(0, Math.min(total - ownBytes, available - growthBytes)) * 0.9)
}

/** npx, tsx and this process, with what the kernel keeps for them. */
const ownBytes = 200 * 1024 ** 2
const growthBytes = 64 * 1024 ** 2

function changed<T>(now: Readonly<Record<string, T>>, before: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => value !== before[name]))
}

/** Reads again first: other runs may have learned something since this one began. */
async function keepLearned(cache: CacheFolder, learned: History, before: History): Promise<void> {
  if (Object.keys({ ...learned.needs, ...learned.durations }).length === 0) return
  const kept = historyFrom(await cache.readNote('history'))
  await cache.writeNote('history', mergedHistory(kept, learned, before) as unknown as Json)
}

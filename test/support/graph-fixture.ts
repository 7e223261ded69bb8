import { mkdir, mkdtemp, readFile, readdir, rm, writeFile, chmod } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCache, type CacheFolder } from '../../lib/clients/cache-folder.ts'
import { fixedEnvironment } from '../../lib/clients/environment.ts'
import { createExec } from '../../lib/clients/exec.ts'
import type { WalkEvent } from '../../lib/graph/events.ts'
import { needsFrom, type Needs } from '../../lib/graph/needs.ts'
import type { State } from '../../lib/graph/outcome.ts'
import { Slots } from '../../lib/graph/slots.ts'
import { titleOf, type Step } from '../../lib/graph/step.ts'
import { walk, type Outcomes } from '../../lib/graph/walk.ts'
import type { WalkOptions } from '../../lib/graph/walk-options.ts'
import type { Artifact } from '../../lib/values/artifact.ts'
import type { Descriptor } from '../../lib/values/descriptor.ts'
import type { Json } from '../../lib/values/json.ts'

export interface WalkSetting extends Partial<WalkOptions> {
  readonly jobs?: number
  /** Bytes of memory that work may use together. */
  readonly memory?: number
  readonly needs?: Needs
}

/** Walks over a real cache in a folder of its own. */
export interface GraphFixture {
  /** What the project's files lie in, absolute. */
  readonly project: string
  readonly cacheFolder: string
  readonly cache: CacheFolder
  /** Of all walks so far. */
  readonly events: WalkEvent[]
  readonly reports: Record<string, Json>
  options(setting?: WalkSetting): WalkOptions
  run(steps: readonly Step[], setting?: WalkSetting): Promise<Outcomes>
  plan(steps: readonly Step[], setting?: WalkSetting): Promise<Outcomes>
  /** The bytes of an artifact. */
  bytes(descriptor: Descriptor): Promise<Buffer>
  /** The file in which a blob lies. */
  blob(descriptor: Pick<Descriptor, 'digest'>): string
  /** Changes one byte of a blob, the middle one where none is named, not its size. */
  flip(descriptor: Pick<Descriptor, 'digest'>, at?: number): Promise<void>
  notices(): readonly string[]
  /** Every file below the cache's folder, relative. */
  cached(): Promise<readonly string[]>
  close(): Promise<void>
}

export async function graphFixture(): Promise<GraphFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'graph-'))
  const [project, cacheFolder] = [join(folder, 'project'), join(folder, 'cache')]
  await mkdir(project)
  const cache = await openCache(cacheFolder)
  const events: WalkEvent[] = []
  const reports: Record<string, Json> = {}
  const options = ({ jobs = 2, memory = 2 ** 40, needs = needsFrom({}), ...setting }: WalkSetting = {}): WalkOptions => ({
    mode: 'run', content: cache.content, records: cache.records, temporary: cache.temporary, discard: cache.discard,
    slots: new Slots({ cpu: jobs, net: 8, memory, budget: memory }, needs, Date.now), signal: new AbortController().signal,
    emit: event => events.push(event), now: Date.now, place: { root: project }, shared: new Map(),
    report: (name, value) => { reports[name] = value },
    exec: (cwd, signal) => createExec({ environment: fixedEnvironment(process.env), signal, cwd: cwd ?? project }), ...setting,
  })
  const blob = ({ digest }: Pick<Descriptor, 'digest'>): string => join(cacheFolder, 'blobs', 'sha256', digest.slice(7))
  return {
    project, cacheFolder, cache, events, reports, options, blob,
    run: (steps, setting) => walk(steps, options(setting)),
    plan: (steps, setting) => walk(steps, options({ ...setting, mode: 'plan' })),
    bytes: async descriptor => readFile(await cache.content.file(descriptor)),
    flip: async (descriptor, where) => {
      const bytes = await readFile(blob(descriptor))
      const at = where ?? bytes.length >> 1
      bytes[at] = (bytes[at] ?? 0) ^ 1
      await chmod(blob(descriptor), 0o644)
      await writeFile(blob(descriptor), bytes)
    },
    notices: () => events.flatMap(event => event.type === 'notice' ? [event.line] : []),
    cached: async () => (await readdir(cacheFolder, { recursive: true, withFileTypes: true }))
      .filter(entry => !entry.isDirectory()).map(entry => join(entry.parentPath, entry.name).slice(cacheFolder.length + 1)).sort(),
    close: () => rm(folder, { recursive: true, force: true }),
  }
}

/** States by title, in the order in which the steps were composed. */
export function states(outcomes: Outcomes, steps: readonly Step[]): Record<string, State | undefined> {
  return Object.fromEntries(steps.map(step => [titleOf(step), outcomes.get(step.recipe)?.state]))
}

/** What a step made. */
export function made<A extends Artifact>(outcomes: Outcomes, step: Step<A>): A {
  const outcome = outcomes.get(step.recipe)
  if (outcome?.state === 'made' || outcome?.state === 'cached') return outcome.artifact as A
  throw new Error(`${titleOf(step)} is ${outcome?.state}${outcome && 'error' in outcome ? `: ${outcome.error.message}` : ''}`,
    { cause: outcome && 'error' in outcome ? outcome.error : undefined })
}

/** Why a step failed. */
export function failure(outcomes: Outcomes, step: Step): Error {
  const outcome = outcomes.get(step.recipe)
  if (outcome?.state === 'failed') return outcome.error
  throw new Error(`${titleOf(step)} is ${outcome?.state}`)
}

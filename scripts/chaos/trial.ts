import type { Sight } from '../../lib/testing/index.ts'
import type { Disturbance, FaultAt, Ground, Happening } from './disturbance.ts'
import { eyesOn } from './eyes.ts'
import { lookInside } from './inside.ts'
import { freshMachine, type Machine } from './machine.ts'
import { observe, type Observation, type Observed } from './observe.ts'
import { earlier, released, type Project } from './project.ts'
import { secretsInFiles } from './secrets.ts'
import type { Site } from './site.ts'

/** What a release comes to that nothing disturbs. */
export interface Whole {
  readonly seen: Sight
  readonly inside: Sight
  /** What digests at the registry are called. */
  readonly names: ReadonlyMap<string, string>
}

export interface Lane {
  readonly site: Site
  readonly project: Project
  /** The cache of an undisturbed release. */
  readonly cache: string
  /** Milliseconds of one. */
  readonly took: number
  readonly wholes: Readonly<Partial<Record<Ground, Whole>>>
}

export interface TrialResult {
  readonly disturbance: Disturbance
  readonly reached: boolean
  /** The requests that failed. */
  readonly happened: readonly FaultAt[]
  readonly seen: Sight
  readonly inside: Sight
  readonly keys: readonly string[]
  /** Of the run that was disturbed, milliseconds. */
  readonly took: number
  readonly looks: number
  /** Why the next run did not come to what an undisturbed one comes to. */
  readonly differences: readonly string[]
  /** What is there twice. */
  readonly duplicates: readonly string[]
  readonly early: readonly string[]
  /** What is seen too early in a release that a person had made public. */
  readonly apart: readonly string[]
  /** Where secrets were seen. */
  readonly secrets: readonly string[]
}

/** Releases to empty servers, lets something happen, and releases again. */
export async function trial(lane: Lane, disturbance: Disturbance): Promise<TrialResult> {
  const { site } = lane
  const { happening, over, next } = disturbance
  const machines: Machine[] = []
  const machine = async (tag?: string): Promise<Machine> => {
    const made = await freshMachine({ ...lane, ...tag !== undefined && { tag } })
    machines.push(made)
    return made
  }
  try {
    await site.empty(lane.project.tags)
    const before = await prepare(lane, over, machine)
    const whole = lane.wholes[over]
    const expected = whole && { whole: whole.seen, before, filesFirst: over !== 'person' }
    const run = (on: Observed['machines'], what: Happening): Promise<Observation> => observe({ site, machines: on, happening: what, expected, names: whole?.names, usual: lane.took })
    const first = await machine()
    const runs = [await run(happening.kind === 'together' ? [first, await machine()] : [first], happening)]
    let last = first
    const following: readonly Happening[] = happening.kind === 'nothing' ? [] : [...happening.kind === 'moment' && happening.again !== undefined ? [{ kind: 'moment', share: happening.again } as const] : [], { kind: 'nothing' }]
    for (const what of following) {
      if (next === 'fresh') last = await machine()
      runs.push(await run([last], what))
    }
    const [seen, inside] = [await eyesOn(site).look(), await lookInside(site, last)]
    const early = runs.flatMap(({ early: ones }) => ones)
    const own = (one: string): boolean => over === 'person' && one.startsWith('github v')
    return {
      disturbance, seen, inside, keys: runs[0]?.keys ?? [], reached: runs[0]?.reached ?? false, happened: runs[0]?.happened ?? [], took: runs[0]?.took ?? 0, looks: runs.reduce((sum, { looks }) => sum + looks, 0),
      differences: [...failures(happening, runs), ...whole ? [...differencesOf(seen, whole.seen), ...differencesOf(inside, whole.inside)] : []],
      duplicates: whole ? extras(inside, whole.inside) : [], early: early.filter(one => !own(one)), apart: early.filter(own),
      secrets: [...runs.flatMap(({ secrets }) => secrets), ...site.servers.github().leaks, ...await secretsInFiles(site, machines)],
    }
  } finally {
    site.watch(undefined)
    await Promise.all(machines.map(one => one.remove()))
  }
}

/** @returns what is to be seen of it */
async function prepare({ site, took }: Lane, over: Ground, machine: (tag: string) => Promise<Machine>): Promise<Sight> {
  if (over === 'earlier') {
    const { ended } = await observe({ site, machines: [await machine(earlier)], happening: { kind: 'nothing' }, usual: took })
    if (ended[0]?.code !== 0) throw new Error(`the version before is not released: ${ended[0]?.stderr}`)
  }
  if (over === 'person') {
    const answer = await fetch(`${site.servers.addresses().github}/repos/example/gateway/releases`, {
      method: 'POST', headers: { 'authorization': `Bearer ${site.secrets.github}`, 'content-type': 'application/json' },
      body: JSON.stringify({ tag_name: released, name: 'The one with the cats', body: 'Written by hand.' }),
    })
    if (answer.status !== 201) throw new Error(`no person can make a release: ${await answer.text()}`)
  }
  return eyesOn(site).look()
}

/** What the last run has to do, and what two at once may not do. */
function failures(happening: Happening, runs: readonly Observation[]): readonly string[] {
  const told = (words: string, { code, signal, stdout, stderr }: Observation['ended'][number]): string => `${words} ends with ${code ?? signal}: ${`${stdout}${stderr}`.slice(-1500)}`
  const overdue = runs.filter(run => run.overdue).map(() => 'a run does not end')
  const last = runs.at(-1)?.ended.filter(({ code }) => code !== 0).map(one => told('the last run', one)) ?? []
  if (happening.kind !== 'together') return [...overdue, ...last]
  const living = runs[0]?.ended.filter(({ signal }) => signal === null) ?? []
  const lost = living.length > 0 && living.every(({ code }) => code !== 0) ? living.map(one => told('each of those at once', one)) : []
  const unclear = living.filter(({ code, stderr }) => code !== 0 && !/Cannot /.test(stderr)).map(one => told('one of two at once', one))
  return [...overdue, ...lost, ...unclear, ...last]
}

function differencesOf(seen: Sight, expected: Sight): readonly string[] {
  return [...new Set([...Object.keys(seen), ...Object.keys(expected)])].filter(key => seen[key] !== expected[key])
    .map(key => `${key} is ${seen[key] ?? 'not there'}, not ${expected[key] ?? 'absent'}`)
}

function extras(inside: Sight, expected: Sight): readonly string[] {
  return Object.keys(inside).filter(key => /^(release|commit|bucket upload) /.test(key) && !(key in expected))
}

import type { BaseMirror } from '../../test/release/support/base-mirror.ts'
import { digestNames } from './digest-names.ts'
import type { Ground } from './disturbance.ts'
import { freshMachine, type Machine } from './machine.ts'
import type { Library } from './library.ts'
import { observe } from './observe.ts'
import { chaosProject, earlier, type Matrix, type Project } from './project.ts'
import { openSite, type Site } from './site.ts'
import { trial, type Lane, type Whole } from './trial.ts'

export interface OpenedLane extends Lane {
  /** What every undisturbed release asks, by what it is made over. */
  readonly keys: Readonly<Record<Ground, readonly string[]>>
  /** What any of them asks over nothing. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

export interface LaneOptions {
  readonly matrix: Matrix
  readonly library: Library
  readonly mirror: BaseMirror | undefined
  /** How often an undisturbed release is made to see what every one asks, by what it is made over; never over what is absent. */
  readonly times: Readonly<Partial<Record<Ground, number>>>
}

/** Servers and a project of its own, a warm cache, and what a release comes to that nothing disturbs. */
export async function openLane({ matrix, library, mirror, times }: LaneOptions): Promise<OpenedLane> {
  const [site, project] = [await openSite(), await chaosProject(matrix, library, mirror)]
  const machines: Machine[] = []
  const close = async (): Promise<void> => {
    await site.close()
    for (const machine of machines) await machine.remove()
    await project.repository.remove()
  }
  try {
    const cache = await warmCache(site, project, machines, times.earlier === undefined ? [undefined] : [undefined, earlier])
    let lane: Lane = { site, project, cache, took: 0, wholes: {} }
    const asked = new Set<string>()
    const keys: Record<Ground, readonly string[]> = { nothing: [], person: [], earlier: [] }
    for (const over of ['nothing', 'person', 'earlier'] as const) {
      if (times[over] === undefined) continue
      const bare = await trial(lane, { happening: { kind: 'nothing' }, over, next: 'fresh' })
      requireNothing(bare.differences)
      const whole: Whole = { seen: bare.seen, inside: bare.inside, names: await digestNames(site.servers, bare.seen) }
      lane = { ...lane, wholes: { ...lane.wholes, [over]: whole } }
      for (let time = 0; time < (times[over] ?? 0); time += 1) {
        const again = await trial(lane, { happening: { kind: 'nothing' }, over, next: 'fresh' })
        requireNothing([...again.differences, ...again.early, ...again.secrets])
        keys[over] = time === 0 ? again.keys : keys[over].filter(key => again.keys.includes(key))
        for (const key of over === 'nothing' ? again.keys : []) asked.add(key)
        if (over === 'nothing') lane = { ...lane, took: time === 0 ? again.took : Math.min(lane.took, again.took) }
      }
    }
    if (site.servers.github().requests.some(({ server }) => server === 'storage')) throw new Error('a release asks a server of GitHub\'s that nobody stands before')
    return { ...lane, keys, asked: [...asked], close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Releases each version once, to nowhere that is looked at. */
async function warmCache(site: Site, project: Project, machines: Machine[], tags: readonly (string | undefined)[]): Promise<string> {
  let cache: string | undefined
  for (const tag of tags) {
    await site.empty(project.tags)
    const machine = await freshMachine({ site, project, ...cache !== undefined && { cache }, ...tag !== undefined && { tag } })
    machines.push(machine)
    const { ended: [ended] } = await observe({ site, machines: [machine], happening: { kind: 'nothing' }, usual: 0 })
    if (ended?.code !== 0) throw new Error(`a release that nothing disturbs fails: ${ended?.stdout}${ended?.stderr}`)
    cache = machine.cache
  }
  return cache ?? ''
}

function requireNothing(wrong: readonly string[]): void {
  if (wrong.length > 0) throw new Error(`a release that nothing disturbs is not as it was: ${wrong.join('\n')}`)
}

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Fault, Sight } from '../../lib/testing/index.ts'
import { secretsIn } from '../../lib/testing/contract/secret-forms.ts'
import type { Ended } from '../../test/release/support/start.ts'
import { eyes, look, lookInside } from './look.ts'
import type { Project } from './project.ts'
import { requestKeys } from './request-key.ts'
import type { ServerName, Site } from './site.ts'
import { tooEarly } from './too-early.ts'

/** What happens to a release. */
export type Disturbance =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'kill', readonly moment: 'before' | 'after', readonly key: string }
  | { readonly kind: 'fault', readonly fault: Fault, readonly key: string }
  | { readonly kind: 'random', readonly milliseconds: number }

/** What a release comes to that nothing disturbs. */
export interface Whole {
  readonly seen: Sight
  readonly inside: Sight
}

export interface TrialResult extends Whole {
  readonly disturbance: Disturbance
  /** Whether it happened: a run may end before, or never make that request. */
  readonly reached: boolean
  readonly keys: readonly string[]
  /** Of the run that was disturbed, milliseconds. */
  readonly took: number
  /** Why the next run did not come to what an undisturbed one comes to. */
  readonly differences: readonly string[]
  /** What is there twice. */
  readonly duplicates: readonly string[]
  readonly early: readonly string[]
  /** Where secrets were seen. */
  readonly secrets: readonly string[]
}

export interface Lane {
  readonly site: Site
  readonly project: Project
}

const command = ['release', '--publish', '--verbose']

/** Releases to empty servers, lets something happen, and releases again. */
export async function trial(lane: Lane, disturbance: Disturbance, whole: Whole | undefined): Promise<TrialResult> {
  const { site, project } = lane
  await project.clear()
  await site.renew(project.commit)
  const first = await disturbed(lane, disturbance, whole)
  const second = disturbance.kind === 'nothing' && !whole ? first : await disturbed(lane, { kind: 'nothing' }, whole)
  const [seen, inside] = [await look(site.now(), project.repository.folder), await lookInside(site.now(), project.repository.folder)]
  const expected = whole ?? { seen, inside }
  const failed = second.ended.code === 0 ? [] : [`the next run ends with ${second.ended.code}: ${second.ended.stderr.slice(-1000)}`]
  return {
    disturbance, seen, inside, keys: first.keys, reached: first.reached, took: first.took,
    differences: [...failed, ...differencesOf(seen, expected.seen), ...differencesOf(inside, expected.inside)],
    duplicates: extras(inside, expected.inside), early: [...first.early, ...second.early],
    secrets: [...first.secrets, ...second.secrets, ...site.now().github.leaks, ...await secretsInFiles(lane)],
  }
}

interface Run {
  readonly ended: Ended
  readonly reached: boolean
  readonly keys: readonly string[]
  readonly took: number
  readonly early: readonly string[]
  readonly secrets: readonly string[]
}

async function disturbed({ site, project }: Lane, disturbance: Disturbance, whole: Whole | undefined): Promise<Run> {
  const keyOf = requestKeys()
  const keys = new Map<object, string>()
  const early = new Set<string>()
  let [reached, dead] = [false, false]
  const servers = site.now()
  const lookAgain = eyes(servers, project.repository.folder)
  const witness = async (server?: ServerName): Promise<void> => {
    if (!whole) return
    for (const one of await tooEarly(await lookAgain(server), whole.seen, servers)) early.add(one)
  }
  await witness()
  const began = performance.now()
  const child = project.begin(command, site.addresses, site.secrets)
  const kill = async (): Promise<void> => {
    [reached, dead] = [true, true]
    child.child.kill('SIGKILL')
    await child.ended
  }
  site.watch(async (moment, server, request) => {
    if (moment === 'before') keys.set(request, keyOf(server, request))
    const key = keys.get(request)
    // What only asks makes nothing to be seen.
    if (moment === 'after' && !['GET', 'HEAD'].includes(request.method)) await witness(server)
    // What a process that is dead had sent is not to be counted, and may arrive all the same.
    if (reached || disturbance.kind === 'nothing' || disturbance.kind === 'random' || disturbance.key !== key) return undefined
    if (disturbance.kind === 'fault') {
      reached = true
      return moment === 'before' ? disturbance.fault : undefined
    }
    if (disturbance.moment !== moment) return undefined
    await kill()
    return 'cut'
  })
  if (disturbance.kind === 'random') {
    await Promise.race([delay(disturbance.milliseconds), child.ended])
    if (child.child.exitCode === null) await kill()
  }
  const ended = await child.ended
  const took = performance.now() - began
  if (dead) await witness()
  site.watch(undefined)
  const shown = Object.values(site.secrets).filter(secret => secretsIn(`${ended.stdout}${ended.stderr}`, [secret]).length > 0)
  return { ended, reached, took, keys: [...keys.values()], early: [...early], secrets: shown.map(() => 'what a run prints') }
}

/** What a run leaves on this machine, and what servers publish. */
async function secretsInFiles({ site, project }: Lane): Promise<readonly string[]> {
  const { folder } = project.repository
  const places = ['dist', 'dist.run.json', 'pages', join('..', 'cache', 'records')]
  const files = (await Promise.all(places.map(async place => {
    const entries = await readdir(join(folder, place), { recursive: true, withFileTypes: true }).catch(() => undefined)
    return entries ? entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name)) : [join(folder, place)]
  }))).flat()
  const found: string[] = []
  for (const file of files) {
    const text = await readFile(file, 'latin1').catch(() => '')
    if (secretsIn(text, Object.values(site.secrets)).length > 0) found.push(file)
  }
  return found
}

function differencesOf(seen: Sight, expected: Sight): readonly string[] {
  return [...new Set([...Object.keys(seen), ...Object.keys(expected)])].filter(key => seen[key] !== expected[key])
    .map(key => `${key} is ${seen[key] ?? 'not there'}, not ${expected[key] ?? 'absent'}`)
}

function extras(inside: Sight, expected: Sight): readonly string[] {
  return Object.keys(inside).filter(key => /^(release|commit) /.test(key) && !(key in expected))
}

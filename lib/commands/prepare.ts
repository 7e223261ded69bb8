import { resolve } from 'node:path'
import type { Chore, Goal, Goals } from '../goals.ts'
import type { Emit, WalkEvent } from '../graph/events.ts'
import { narrow } from '../graph/narrow.ts'
import { closureOf, isStep, type Step } from '../graph/step.ts'
import { walk, type Outcomes } from '../graph/walk.ts'
import type { Runtime } from '../runtime.ts'
import { ReleaseError } from '../values/errors.ts'
import { nearest } from '../values/nearest.ts'
import { only } from '../values/only.ts'
import { ownCommands } from './own-commands.ts'
import { rehearsalOf, withoutDeeds, type Rehearsal } from './publish/rehearsal.ts'
import { refuseElsewhere } from './publish/publishes-elsewhere.ts'
import { openRelease, type OpenRelease } from './open-release.ts'
import type { Setting } from './setting.ts'
import { shardOf } from './shard.ts'
import { refuseNames } from './stand-in.ts'
import { untrackedReads } from './untracked-reads.ts'
import { writtenFolders } from './run/written-folders.ts'

/** A goal that was asked for, composed for the release at hand. */
export interface PreparedGoal extends Rehearsal {
  readonly name: string
  readonly chore?: Chore
}

/** Whether a release is composed for everyone. */
export function isPublishing({ options: { publish, dryRun } }: Pick<Setting, 'options'>): boolean {
  return publish ?? dryRun ?? false
}

export interface Prepared extends OpenRelease {
  readonly goals: readonly PreparedGoal[]
  /** What a look at the cache found. */
  readonly planned: Outcomes
}

/**
 * Reads the release, composes the goals and looks at the cache. Where a step turns out to read files that git does not
 * know, the version is a snapshot: all is composed again with it.
 * @throws ReleaseError or AggregateError for what cannot be read or composed
 */
export async function prepare(
  setting: Setting, runtime: Runtime, emit: Emit, usual: UsualGoals = () => [],
): Promise<Prepared> {
  const { opened, goals, written } = await openAndCompose(setting, runtime, emit)
  const { parts } = setting.options
  if (parts !== undefined) await (await import('./shard/part-folder.ts')).takeParts(resolve(parts), opened.release, runtime.cache)
  const first = await plan(setting, runtime, opened, goals, usual, emit)
  if (opened.release.version.dirty) return first
  const untracked = await untrackedReads(runtime, first)
  if (untracked.length === 0) return first
  const again = await openRelease(setting, runtime, emit, untracked, written)
  return plan(setting, runtime, again, await compose(setting, again), usual, emit)
}

/** A release and its goals, of which nothing was looked up. */
export interface Unplanned extends OpenRelease {
  readonly goals: readonly PreparedGoal[]
}

/** Reads the release and composes the goals, without a look at the cache or at what the project's sources are made of. */
export async function prepareOnly(setting: Setting, runtime: Runtime, emit: Emit, usual: UsualGoals = () => []): Promise<Unplanned> {
  const { opened, goals } = await openAndCompose(setting, runtime, emit)
  const names = setting.goals.length > 0 ? setting.goals : usual(goals)
  const chosen = names.map(name => preparedGoal(name, goals, setting, opened))
  for (const { steps } of chosen) refuseElsewhere(steps, opened.release.version)
  return { ...opened, goals: chosen }
}

interface Composed {
  readonly opened: OpenRelease
  readonly goals: Goals
  readonly written: readonly string[]
}

/** Only composing tells where a build.ts writes: where that is not what was taken for granted, all is read again with it. */
async function openAndCompose(setting: Setting, runtime: Runtime, emit: Emit): Promise<Composed> {
  const said: WalkEvent[] = []
  const loading = import('./lock/bases.ts')   // while git is asked
  let [holds, written]: [boolean, readonly string[]] = [true, []]
  try {
    const opened = await openRelease(setting, runtime, event => { said.push(event) })
    const goals = await compose(setting, opened)
    written = writtenFolders(goals, setting.place)
    holds = written.every(path => opened.outputs.includes(path))
    if (holds) return { opened, goals, written }
  } finally {
    await loading
    // What was said of a tree that is not dirty after all was wrong.
    if (holds) for (const event of said) emit(event)
  }
  const opened = await openRelease(setting, runtime, emit, [], written)
  return { opened, goals: await compose(setting, opened), written }
}

/** What is meant where no goal is named. */
type UsualGoals = (goals: Goals) => readonly string[]

/** Every goal that makes something. */
export function makingGoals(goals: Goals): readonly string[] {
  return Object.entries(goals).filter(([, [, goal]]) => typeof goal !== 'function').map(([name]) => name)
}

/** `release` where there is one, else everything that makes something. */
export function mainGoals(goals: Goals): readonly string[] {
  const making = makingGoals(goals)
  return making.includes('release') ? ['release'] : making
}

async function compose(setting: Setting, { release, repository, outputs }: OpenRelease): Promise<Goals> {
  const { basesOf } = await import('./lock/bases.ts')
  const goals = setting.definition.goals({
    ...release, publishing: isPublishing(setting), base: basesOf(setting, release.toolchain, repository), source: use => ({ kind: 'source', use, place: { folder: setting.folder, repository, outputs } }),
  })
  refuseNames(goals)
  return goals
}

async function plan(
  setting: Setting, runtime: Runtime, opened: OpenRelease, goals: Goals, usual: UsualGoals, emit: Emit,
): Promise<Prepared> {
  const names = setting.goals.length > 0 ? setting.goals : usual(goals)
  const load = setting.options.load ? (await import('./images/load.ts')).loadImages : undefined
  const chosen = names.map(name => preparedGoal(name, goals, setting, opened, load))
  const withheld = [...new Set(chosen.flatMap(goal => goal.withheld))]
  if (withheld.length > 0) emit({ type: 'notice', line: `Nothing is sent to ${withheld.join(', ')}: that takes --publish` })
  const steps = chosen.flatMap(goal => goal.steps)
  const telling: Emit = event => { if (event.type !== 'end') emit(event) }
  const planned = await walk(steps, runtime.walk('plan', telling, opened.release, opened.variables))
  return { ...opened, goals: chosen, planned }
}

function preparedGoal(
  name: string, goals: Goals, setting: Setting, { release }: OpenRelease, more: (name: string, steps: readonly Step[]) => readonly Step[] = () => [],
): PreparedGoal {
  const [, goal] = namedGoal(name, goals)
  if (typeof goal === 'function') return { name, chore: goal, ...whole([]) }
  const { only: patterns, publish } = setting.options
  const rehearsal = isPublishing(setting) || publish === false ? whole(stepsOf(goal)) : rehearsalOf(stepsOf(goal))
  const own = [...rehearsal.steps, ...more(name, stepsOf(goal))]
  const all = publish === false ? withoutDeeds(own) : own
  const composed = closureOf(all).map(step => step.outline.target).filter(target => target !== undefined)
  const targets = [...new Set([...release.targets, ...composed])]
  const narrowed = patterns === undefined ? all : narrow(all, only(patterns, targets))
  const { shard } = setting.options
  const steps = shard === undefined ? narrowed : shardOf(narrowed, shard)
  return { ...rehearsal, name, steps }
}

function whole(steps: readonly Step[]): Rehearsal {
  return { steps, withheld: [], idle: false }
}

/** The steps of a goal that is no chore. */
export function stepsOf(goal: Exclude<Goal, Chore>): readonly Step[] {
  return isStep(goal) ? [goal] : goal
}

/** @throws ReleaseError (USAGE) with a suggestion where there is none of that name */
export function namedGoal(name: string, goals: Goals): Goals[string] {
  const goal = Object.hasOwn(goals, name) ? goals[name] : undefined
  if (goal) return goal
  const names = Object.keys(goals)
  const meant = nearest(name, [...names, ...Object.keys(ownCommands)])
  throw new ReleaseError(`Cannot run ${name}: there is no such goal`, {
    code: 'USAGE', hint: `${meant === undefined ? '' : `Did you mean ${meant}? `}The goals: ${names.join(' ')}.`,
  })
}

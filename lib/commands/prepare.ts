import { isAbsolute, relative, resolve } from 'node:path'
import type { Chore, Goal, Goals } from '../goals.ts'
import type { Emit } from '../graph/events.ts'
import { narrow } from '../graph/narrow.ts'
import { closureOf, isStep, type Step } from '../graph/step.ts'
import { walk, type Outcomes } from '../graph/walk.ts'
import type { Runtime } from '../runtime.ts'
import { ReleaseError } from '../values/errors.ts'
import { only } from '../values/only.ts'
import { standInGoals } from './stand-in.ts'
import { openRelease, type OpenRelease } from './open-release.ts'
import type { Setting } from './setting.ts'

/** A goal that was asked for, composed for the release at hand. */
export interface PreparedGoal {
  readonly name: string
  readonly steps: readonly Step[]
  readonly chore?: Chore
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
export async function prepare(setting: Setting, runtime: Runtime, names: readonly string[], emit: Emit): Promise<Prepared> {
  const opened = await openRelease(setting, runtime, emit)
  const first = await composeAndPlan(setting, runtime, opened, names, emit)
  if (opened.release.version.dirty) return first
  const untracked = await untrackedReads(runtime, first)
  if (untracked.length === 0) return first
  return composeAndPlan(setting, runtime, await openRelease(setting, runtime, emit, untracked), names, emit)
}

async function composeAndPlan(setting: Setting, runtime: Runtime, opened: OpenRelease, names: readonly string[], emit: Emit): Promise<Prepared> {
  const { release, repository, outputs } = opened
  const goals = setting.definition.goals({
    ...release, source: use => ({ kind: 'source', use, place: { folder: setting.folder, repository, outputs } }),
  })
  const chosen = names.map(name => preparedGoal(name, goals, setting, opened))
  const steps = chosen.flatMap(goal => goal.steps)
  const planned = await walk(steps, runtime.walk('plan', event => { if (event.type !== 'end') emit(event) }, release, opened.variables))
  return { ...opened, goals: chosen, planned }
}

function preparedGoal(name: string, goals: Goals, setting: Setting, { release }: OpenRelease): PreparedGoal {
  const [, goal] = goals[name] ?? missing(name, goals)
  if (typeof goal === 'function') return { name, steps: [], chore: goal }
  const { only: patterns } = setting.options
  const all = stepsOf(goal)
  const targets = [...new Set([...release.targets, ...closureOf(all).map(step => step.outline.target).filter(target => target !== undefined)])]
  const steps = patterns === undefined ? all : narrow(all, only(patterns, targets))
  refuseElsewhere(steps, release.version.snapshot, release.version.because)
  return { name, steps }
}

/** The steps of a goal that is no chore. */
export function stepsOf(goal: Exclude<Goal, Chore>): readonly Step[] {
  return isStep(goal) ? [goal] : goal
}

/** Snapshots and partial releases go to local destinations only. */
function refuseElsewhere(steps: readonly Step[], snapshot: boolean, because: string | undefined): void {
  for (const step of closureOf(steps)) {
    const { outline } = step as Step & { outline: { local?: boolean } }
    if (outline.kind !== 'record' || outline.local !== false) continue
    if (snapshot) {
      throw new ReleaseError(`Cannot publish a snapshot at ${outline.name}: ${because ?? 'the commit has no version tag'}`, {
        code: 'VERSION', hint: 'Commit everything and tag the commit (git tag v1.2.3), or publish to a directory.',
      })
    }
    if (step.partial) {
      throw new ReleaseError(`Cannot publish a part of a release at ${outline.name}`, { code: 'USAGE', hint: 'Leave out --only, or publish to a directory.' })
    }
  }
}

function missing(name: string, goals: Goals): never {
  throw new ReleaseError(`Cannot run ${name}: this release has no such goal`, { code: 'USAGE', hint: `The goals: ${Object.keys(goals).join(' ')}.` })
}

/** Files that steps read and git does not know. */
async function untrackedReads(runtime: Runtime, { planned, repository, outputs }: Prepared): Promise<readonly string[]> {
  const reads = new Set([...planned.values()].flatMap(outcome => 'reads' in outcome ? outcome.reads ?? [] : []))
  if (reads.size === 0) return []
  const { trackedFiles } = await import('../clients/git.ts')
  const tracked = await trackedFiles(runtime.exec({}), repository)
  return [...reads].filter(file => !tracked.has(resolve(file)) && !outputs.some(output => isInside(file, output))).sort()
}

function isInside(file: string, folder: string): boolean {
  const path = relative(folder, file)
  return path === '' || (!path.startsWith('..') && !isAbsolute(path))
}

/** Every goal that makes something. */
export function makingGoals(setting: Setting): readonly string[] {
  return Object.entries(standInGoals(setting.definition)).filter(([, [, goal]]) => typeof goal !== 'function').map(([name]) => name)
}

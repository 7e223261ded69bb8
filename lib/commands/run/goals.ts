import { join } from 'node:path'
import { durationName } from '../../graph/durations.ts'
import type { Emit, WalkEvent } from '../../graph/events.ts'
import { closureOf, type Step } from '../../graph/step.ts'
import type { WalkOptions } from '../../graph/walk-options.ts'
import { walk, type Outcomes } from '../../graph/walk.ts'
import type { Runtime } from '../../runtime.ts'
import { distinctErrors, failuresOf } from './failures-of.ts'
import { findProblems } from '../check/find-problems.ts'
import { prepare, type Prepared, type PreparedGoal } from '../prepare.ts'
import { publishesElsewhere } from '../publish/publishes-elsewhere.ts'
import { refuseUnmade } from '../publish/refuse-unmade.ts'
import { refuseIdle, withoutDeeds } from '../publish/rehearsal.ts'
import { runChore } from './chore.ts'
import { runReported, type Run } from './reported.ts'
import type { Shard } from '../shard/parse.ts'
import type { Setting } from '../setting.ts'

/** Makes goals, one after the other. @returns the exit code */
export async function runGoals(setting: Setting): Promise<number> {
  return runReported(setting, setting.goals, async (run, emit) => {
    const problems = await lookAhead(run, emit)
    return problems.length > 0 ? problems : make(run, emit)
  })
}

/** Reads the release and composes it. @returns what is known to fail */
async function lookAhead(run: Run, emit: Emit): Promise<readonly unknown[]> {
  run.prepared = await prepare(run.setting, run.runtime, emit)
  run.opened = run.prepared
  const { goals, planned } = run.prepared
  goals.forEach(refuseIdle)
  if (run.setting.options.parts !== undefined) refuseUnmade(goals.flatMap(({ steps }) => steps), planned)
  return findProblems(run.prepared, { setting: run.setting, runtime: run.runtime, emit })
}

async function make(run: Run, emit: Emit): Promise<readonly unknown[]> {
  const { setting, runtime } = run
  let changed = false
  for (const name of setting.goals) {
    const { chore } = goalOf(run, name)
    if (changed && !chore) {
      // A goal of the project's own may have written into it, as those that generate code do.
      runtime.forget()
      const problems = await lookAhead(run, emit)
      if (problems.length > 0) return problems
    }
    const errors = chore ? await runChore({ ...run, prepared: preparedIn(run) }, name, chore) : await makeSteps(run, name, emit)
    if (errors.length > 0 || setting.signal.aborted) return errors
    changed = chore !== undefined
  }
  return []
}

async function makeSteps(run: Run, name: string, emit: Emit): Promise<readonly unknown[]> {
  const { renderer, runtime } = run
  const prepared = preparedIn(run)
  const { steps } = goalOf(run, name)
  const { dryRun } = run.setting.options
  const wanted = dryRun ? withoutDeeds(steps) : steps
  renderer.start(closureOf(wanted), prepared.planned, step => runtime.durations[durationName(step)])
  const outcomes = await walk(wanted, optionsFor(steps, prepared, emit, runtime))
  const errors = distinctErrors(failuresOf(outcomes, wanted))
  const { shard } = run.setting.options
  if (shard !== undefined && errors.length === 0) await keepPart(run, shard, closureOf(wanted), outcomes)
  if (!dryRun || errors.length > 0) return errors
  await renderer.finish()
  return (await import('../publish/dry-run.ts')).showDryRun(run.setting, runtime, steps, outcomes)
}

async function keepPart({ setting: { place }, runtime, prepared }: Run, shard: Shard, steps: readonly Step[], outcomes: Outcomes): Promise<void> {
  if (!prepared) return
  const { partFolder, writePart } = await import('../shard/part-folder.ts')
  const folder = partFolder(place.out ?? join(place.root, 'dist'), shard)
  await writePart(folder, shard, prepared.release, { steps, outcomes }, runtime.cache)
  runtime.reports['part'] = { folder, shard: shard.shard, of: shard.of }
}

function preparedIn({ prepared }: Run): Prepared {
  if (!prepared) throw new Error('the release has not been read')
  return prepared
}

function goalOf(run: Run, name: string): PreparedGoal {
  const goal = preparedIn(run).goals.find(one => one.name === name)
  if (!goal) throw new Error(`the goal ${name} has not been composed`)
  return goal
}

/** What is public has nothing left out: a skipped step is a failure wherever a destination is not local. */
function optionsFor(steps: readonly Step[], { release, variables }: Prepared, emit: Emit, runtime: Runtime): WalkOptions {
  const options = runtime.walk('run', learning(emit, runtime), release, variables)
  return publishesElsewhere(steps).length > 0 ? { ...options, strict: true } : options
}

/** Remembers how long work took: a moving average, so that one slow day is not expected for ever. */
function learning(emit: Emit, { durations }: Runtime): Emit {
  return (event: WalkEvent) => {
    if (event.type === 'end' && event.work && event.outcome.state === 'made') {
      const name = durationName(event.step)
      const before = durations[name] ?? event.work.milliseconds
      durations[name] = Math.round((before + event.work.milliseconds) / 2)
    }
    emit(event)
  }
}

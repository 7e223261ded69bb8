// One thing: a run of goals from the command line to its exit code.
import { join } from 'node:path'
import { durationName } from '../graph/durations.ts'
import type { Emit, WalkEvent } from '../graph/events.ts'
import { closureOf, type Step } from '../graph/step.ts'
import type { WalkOptions } from '../graph/walk-options.ts'
import { walk, type Outcomes } from '../graph/walk.ts'
import type { Renderer } from '../renderer.ts'
import type { Runtime } from '../runtime.ts'
import { ReleaseError } from '../values/errors.ts'
import { readableDuration } from '../values/readable.ts'
import { distinctErrors, failuresOf } from './failures-of.ts'
import { findProblems } from './find-problems.ts'
import type { OpenRelease } from './open-release.ts'
import { prepare, type Prepared, type PreparedGoal } from './prepare.ts'
import { errorsIn, exitCodeFor, printErrors } from './print-errors.ts'
import { publishesElsewhere } from './publishes-elsewhere.ts'
import { refuseUnmade } from './refuse-unmade.ts'
import { refuseIdle, withoutDeeds } from './rehearsal.ts'
import { runChore } from './run-chore.ts'
import type { GithubSummary } from './github-summary.ts'
import { openRunLog, writeRunRecord, type RunLog } from './run-log.ts'
import type { Shard } from './parse-shard.ts'
import type { Setting } from './setting.ts'
import { withRuntime } from './with-runtime.ts'

/** A run from its beginning to its record. */
export interface Run {
  readonly setting: Setting
  /** What it is called: the goals, or a command. */
  readonly names: readonly string[]
  readonly runtime: Runtime
  readonly renderer: Renderer
  readonly log: RunLog
  readonly github?: GithubSummary | undefined
  /** The lines of goals of the project's own that were printed as they came. */
  readonly printed: Set<string>
  /** What is released, once it was read. */
  opened?: OpenRelease
  prepared?: Prepared
}

/** @returns what failed, each failure once */
type Act = (run: Run, emit: Emit) => Promise<readonly unknown[]>

/** Makes goals, one after the other. @returns the exit code */
export async function runGoals(setting: Setting): Promise<number> {
  return runReported(setting, setting.goals, async (run, emit) => {
    const problems = await lookAhead(run, emit)
    return problems.length > 0 ? problems : make(run, emit)
  })
}

/**
 * Does what is drawn as it goes, and recorded.
 * @param names what it is called
 * @returns the exit code
 */
export async function runReported(setting: Setting, names: readonly string[], act: Act): Promise<number> {
  const log = openRunLog(Date.now)
  return withRuntime(setting, async runtime => {
    const renderer = await rendererFor(setting)
    const run: Run = { setting, names, runtime, renderer, log, github: await githubOf(setting), printed: new Set() }
    const errors = (await attempt(run, act)).filter(error => !wasStopped(error))
    await renderer.finish()
    const exitCode = setting.signal.aborted ? setting.exitCode() : exitCodeFor(errors)
    await conclude(run, errors, exitCode)
    return exitCode
  })
}

async function rendererFor({ options, environment }: Setting): Promise<Renderer> {
  const { createRenderer } = await import('../render.ts')
  return createRenderer({ output: process.stderr, quiet: (options.quiet ?? false) || (options.json ?? false), verbose: options.verbose ?? false, environment })
}

/** Loaded only where it is needed: start is imports. */
async function githubOf({ environment }: Setting): Promise<GithubSummary | undefined> {
  return environment['GITHUB_ACTIONS'] === 'true' ? (await import('./github-summary.ts')).githubSummary(environment) : undefined
}

async function attempt(run: Run, act: Act): Promise<readonly unknown[]> {
  const { renderer, log, github } = run
  const emit: Emit = event => {
    log.event(event)
    github?.event(event)
    renderer.event(event)
  }
  try {
    return await act(run, emit)
  } catch (error) {
    return errorsIn(error)
  }
}

/** Reads the release and composes it. @returns what is known to fail */
async function lookAhead(run: Run, emit: Emit): Promise<readonly unknown[]> {
  run.prepared = await prepare(run.setting, run.runtime, emit)
  run.opened = run.prepared
  const { goals, planned } = run.prepared
  goals.forEach(refuseIdle)
  if (run.setting.options.parts !== undefined) refuseUnmade(goals.flatMap(({ steps }) => steps), planned)
  return findProblems(run.prepared, run.runtime, emit)
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
  return (await import('./dry-run.ts')).showDryRun(run.setting, runtime, steps, outcomes)
}

async function keepPart({ setting: { place }, runtime, prepared }: Run, shard: Shard, steps: readonly Step[], outcomes: Outcomes): Promise<void> {
  if (!prepared) return
  const { partFolder, writePart } = await import('./part-folder.ts')
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

/** What a signal ended is no failure of its own. */
function wasStopped(error: unknown): boolean {
  return error instanceof ReleaseError && error.code === 'CANCELLED'
}

/** Writes the run's record and says how it ended. */
async function conclude(run: Run, errors: readonly unknown[], exitCode: number): Promise<void> {
  const { setting, names, runtime, log, github, opened } = run
  const { options, place } = setting
  const record = log.record({
    goals: names, errors, exitCode, release: opened?.release, reports: runtime.reports,
    machine: { jobs: runtime.jobs, memory: runtime.memory, cores: runtime.machine.cores.total },
  })
  const file = `${place.out ?? join(place.root, 'dist')}.run.json`
  await writeRunRecord(file, record).catch((error: Error) => {
    // What keeps a release from being written keeps this from being written too: once is enough.
    if (errors.length === 0) process.stderr.write(`Cannot write ${file}: ${error.message}\n`)
  })
  if (options.json) process.stdout.write(`${JSON.stringify(record, null, 2)}\n`)
  else if (errors.length > 0) printErrors(errors.map(error => withoutPrinted(error, run.printed)))
  else if (setting.signal.aborted) process.stderr.write(`${(setting.signal.reason as Error).message}\n`)
  else if (!options.quiet && exitCode === 0) process.stderr.write(`${summary(run, record['milliseconds'] as number)}\n`)
  const told = await github?.conclude({
    goals: names, errors, notices: log.notices, milliseconds: record['milliseconds'] as number, release: opened?.release, reports: runtime.reports, folder: setting.folder,
  })
  for (const line of told ?? []) process.stderr.write(`${line}\n`)
}

/** An error without the output that stands above it already. */
function withoutPrinted(error: unknown, printed: ReadonlySet<string>): unknown {
  if (!(error instanceof ReleaseError) || error.output === undefined) return error
  if (!error.output.trimEnd().split('\n').every(line => printed.has(line))) return error
  const { code, hint } = error
  return new ReleaseError(error.message, { code, ...(hint === undefined ? {} : { hint }) })
}

function summary({ names, opened, runtime }: Run, milliseconds: number): string {
  const { semver } = opened?.release.version ?? { semver: '' }
  const folders = Object.values(runtime.reports).map(report => (report as { folder?: string }).folder).filter(Boolean)
  return `${names.join(', ')} ${semver} in ${readableDuration(milliseconds)}${folders.length > 0 ? `: ${folders.join(', ')}` : ''}`
}


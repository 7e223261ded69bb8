// One thing: a run of goals from the command line to its exit code.
import { join } from 'node:path'
import type { Chore } from '../goals.ts'
import { durationName } from '../graph/durations.ts'
import type { Emit, WalkEvent } from '../graph/events.ts'
import { closureOf, type Step } from '../graph/step.ts'
import type { WalkOptions } from '../graph/walk-options.ts'
import { walk } from '../graph/walk.ts'
import type { Renderer } from '../renderer.ts'
import type { Runtime } from '../runtime.ts'
import { ReleaseError } from '../values/errors.ts'
import { readableDuration } from '../values/readable.ts'
import { distinctErrors, failuresOf } from './failures-of.ts'
import { findProblems } from './find-problems.ts'
import { prepare, type Prepared } from './prepare.ts'
import { errorsIn, exitCodeFor, printErrors } from './print-errors.ts'
import { publishesElsewhere } from './publishes-elsewhere.ts'
import { openRunLog, writeRunRecord, type RunLog } from './run-log.ts'
import type { Setting } from './setting.ts'
import { withRuntime } from './with-runtime.ts'

interface Run {
  readonly setting: Setting
  readonly runtime: Runtime
  readonly renderer: Renderer
  readonly log: RunLog
  /** The lines of goals of the project's own that were printed as they came. */
  readonly printed: Set<string>
  prepared?: Prepared
}

/** Makes goals, one after the other. @returns the exit code */
export async function runGoals(setting: Setting): Promise<number> {
  const log = openRunLog(Date.now)
  return withRuntime(setting, async runtime => {
    const renderer = await rendererFor(setting)
    const run: Run = { setting, runtime, renderer, log, printed: new Set() }
    const errors = (await attempt(run)).filter(error => !wasStopped(error))
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

/** @returns what failed, each failure once */
async function attempt(run: Run): Promise<readonly unknown[]> {
  const { setting, runtime, renderer, log } = run
  const emit: Emit = event => {
    log.event(event)
    renderer.event(event)
  }
  try {
    run.prepared = await prepare(setting, runtime, emit)
    const problems = await findProblems(run.prepared, runtime, emit)
    if (problems.length > 0) return problems
    return await make(run, run.prepared, emit)
  } catch (error) {
    return errorsIn(error)
  }
}

async function make(run: Run, prepared: Prepared, emit: Emit): Promise<readonly unknown[]> {
  const { runtime, renderer, setting } = run
  const steps = prepared.goals.flatMap(goal => goal.steps)
  renderer.start(closureOf(steps), prepared.planned, step => runtime.durations[durationName(step)])
  for (const { name, steps: own, chore } of prepared.goals) {
    const errors = chore ? await runChore(run, prepared, name, chore)
      : distinctErrors(failuresOf(await walk(own, optionsFor(own, prepared, emit, runtime)), own))
    if (errors.length > 0 || setting.signal.aborted) return errors
  }
  return []
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

async function runChore(run: Run, prepared: Prepared, name: string, chore: Chore): Promise<readonly unknown[]> {
  const { setting, renderer, printed } = run
  const { quiet, json } = setting.options
  const { shell } = await import('../clients/shell.ts')
  const log = (line: string): void => {
    if (!quiet && !json) printed.add(line)
    renderer.chore(name, { type: 'log', line })
  }
  renderer.chore(name, { type: 'begin' })
  try {
    const $ = await shell({ environment: { ...callersEnvironment(setting), ...prepared.variables }, signal: setting.signal, cwd: setting.folder, line: log })
    await chore({ ...prepared.release, $, signal: setting.signal, log })
    renderer.chore(name, { type: 'end' })
    return []
  } catch (error) {
    const failure = await choreError(name, error)
    renderer.chore(name, { type: 'end', error: failure })
    return [failure]
  }
}

async function choreError(name: string, thrown: unknown): Promise<Error> {
  const { shellError } = await import('../clients/shell-error.ts')
  const error = shellError(thrown)
  if (error === thrown || !(error instanceof ReleaseError)) return error instanceof Error ? error : new Error(String(error))
  const { code, output, cause, message } = error
  return new ReleaseError(`Cannot finish ${name}: ${message.replace(/^Cannot /, 'cannot ')}`, { code, cause, ...(output === undefined ? {} : { output }) })
}

/** A chore is the project's own: it gets all that its caller has, credentials included. */
function callersEnvironment({ environment }: Setting): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

/** What a signal ended is no failure of its own. */
function wasStopped(error: unknown): boolean {
  return error instanceof ReleaseError && error.code === 'CANCELLED'
}

/** Writes the run's record and says how it ended. */
async function conclude(run: Run, errors: readonly unknown[], exitCode: number): Promise<void> {
  const { setting, runtime, log, prepared } = run
  const { options, place } = setting
  const record = log.record({
    goals: setting.goals, errors, exitCode, release: prepared?.release, reports: runtime.reports,
    machine: { jobs: runtime.jobs, memory: runtime.memory, cores: runtime.machine.cores.total },
  })
  const file = `${place.out ?? join(place.root, 'dist')}.run.json`
  await writeRunRecord(file, record).catch(error => process.stderr.write(`Cannot write ${file}: ${(error as Error).message}\n`))
  if (options.json) process.stdout.write(`${JSON.stringify(record, null, 2)}\n`)
  else if (errors.length > 0) printErrors(errors.map(error => withoutPrinted(error, run.printed)))
  else if (setting.signal.aborted) process.stderr.write(`${(setting.signal.reason as Error).message}\n`)
  else if (!options.quiet && exitCode === 0) process.stderr.write(`${summary(run, record['milliseconds'] as number)}\n`)
}

/** An error without the output that stands above it already. */
function withoutPrinted(error: unknown, printed: ReadonlySet<string>): unknown {
  if (!(error instanceof ReleaseError) || error.output === undefined) return error
  if (!error.output.trimEnd().split('\n').every(line => printed.has(line))) return error
  const { code, hint } = error
  return new ReleaseError(error.message, { code, ...(hint === undefined ? {} : { hint }) })
}

function summary({ setting, prepared, runtime }: Run, milliseconds: number): string {
  const { semver } = prepared?.release.version ?? { semver: '' }
  const folders = Object.values(runtime.reports).map(report => (report as { folder?: string }).folder).filter(Boolean)
  return `${setting.goals.join(', ')} ${semver} in ${readableDuration(milliseconds)}${folders.length > 0 ? `: ${folders.join(', ')}` : ''}`
}


import { join } from 'node:path'
import type { Emit } from '../../graph/events.ts'
import type { Renderer } from '../../renderer.ts'
import type { Runtime } from '../../runtime.ts'
import { ReleaseError } from '../../values/errors.ts'
import { readableDuration } from '../../values/readable.ts'
import type { GithubSummary } from '../github-summary.ts'
import type { OpenRelease } from '../open-release.ts'
import type { Prepared } from '../prepare.ts'
import { errorsIn, exitCodeFor, printErrors } from './print-errors.ts'
import { openRunLog, writeRunRecord, type RunLog } from './log.ts'
import type { Setting } from '../setting.ts'
import { withRuntime } from '../with-runtime.ts'

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
    await settle(run)
    const exitCode = setting.signal.aborted ? setting.exitCode() : exitCodeFor(errors)
    await conclude(run, errors, exitCode)
    return exitCode
  })
}

async function rendererFor({ options, environment }: Setting): Promise<Renderer> {
  const { createRenderer } = await import('../../render.ts')
  return createRenderer({ output: process.stderr, quiet: (options.quiet ?? false) || (options.json ?? false), verbose: options.verbose ?? false, environment })
}

/** Loaded only where it is needed: start is imports. */
async function githubOf({ environment }: Setting): Promise<GithubSummary | undefined> {
  return environment['GITHUB_ACTIONS'] === 'true' ? (await import('../github-summary.ts')).githubSummary(environment) : undefined
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

/** Milliseconds after which somebody who watches wants to know what a run waits for. */
const unexplained = 1000

/** What goes to the shared cache has the time of the run; what is left of it is waited for. */
async function settle({ runtime, setting: { options, signal } }: Run): Promise<void> {
  const quiet = (options.quiet ?? false) || (options.json ?? false)
  const saying = setTimeout(() => {
    if (!quiet && !signal.aborted) process.stderr.write(`keeping ${runtime.left()} results in the shared cache\n`)
  }, unexplained)
  try {
    await runtime.settle()
  } finally {
    clearTimeout(saying)
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

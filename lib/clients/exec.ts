import type { ChildProcess, SpawnOptions, spawn } from 'node:child_process'
import type { LogEntry } from 'zx/core'
import type { Exec, ExecOptions, Finished } from '../contracts/exec.ts'
import { commandError, notStarted, stopped } from './command-error.ts'
import { lines } from './lines.ts'
import { startGroup } from './process-group.ts'
import type { ProcessGroup } from './process-group.ts'
import { residentBytes } from './process-tree.ts'

export interface ExecSettings {
  /** All that programs see of the caller's environment, as `fixedEnvironment` makes it. */
  readonly environment: Readonly<Record<string, string>>
  /** Ends every program, with all that it started. */
  readonly signal: AbortSignal
  /** Where programs run that are not told where. */
  readonly cwd: string
}

/** What runs, where, with what. */
interface Call extends ExecSettings {
  readonly program: string
  readonly args: readonly string[]
  readonly options: ExecOptions
}

type Ending = Pick<Finished, 'exitCode' | 'signal'>

const watchMilliseconds = 100
const never = new Promise<never>(() => {})

/** Runs programs through zx, without a shell in between. */
export function createExec(settings: ExecSettings): Exec {
  return (program, args, options = {}) => execute({
    program, args, options, signal: settings.signal, cwd: options.cwd ?? settings.cwd,
    environment: { ...settings.environment, ...options.env },
  })
}

async function execute(call: Call): Promise<Finished> {
  // zx decodes chunk by chunk, which breaks characters apart: the chunks are kept here and joined first.
  const printed = { stdout: [], stderr: [], stdall: [] }
  if (call.signal.aborted) throw stopped(call)
  const ending = await run(call, printed)
  if (call.signal.aborted) throw stopped(call)
  const finished = { ...ending, stdout: textOf(printed.stdout), stderr: textOf(printed.stderr) }
  if (finished.exitCode === 0 || call.options.check === false) return finished
  throw commandError(call, finished, textOf(printed.stdall))
}

async function run(call: Call, store: { stdout: Buffer[], stderr: Buffer[], stdall: Buffer[] }): Promise<Ending> {
  const { $ } = await import('zx/core')
  const { input, line } = call.options
  let group: Pick<ProcessGroup, 'refused' | 'gone'> = { refused: never, gone: Promise.resolve() }
  const start = (_command: string, _args: readonly string[], options: SpawnOptions): ChildProcess => {
    const started = startGroup(call.program, call.args, { ...options, shell: false }, call.signal)
    watch(started.child, call.options.watch)
    group = started
    return started.child
  }
  const quiet = $({
    spawn: start as typeof spawn, store, log: reporter(line),
    cwd: call.cwd, env: { ...call.environment },
    stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'], ...input && { input },
    shell: 'none', quote: String, prefix: '', postfix: '', preferLocal: false, timeout: 0, nothrow: true, quiet: true,
  })
  const ending = withoutTrace(() => quiet`${call.program}`)   // spawns before it returns
  const { cause, exitCode, signal } = await Promise.race([ending, group.refused])
  if (cause) throw await notStarted(call, cause)
  await group.gone
  return { exitCode, signal }
}

/** zx notes who called it, for which Node reads source maps: a tenth of a second that nothing here ever shows. */
function withoutTrace<T>(act: () => T): T {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return act()
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

function reporter(line: ((text: string) => void) | undefined): (entry: LogEntry) => void {
  if (!line) return () => {}
  const streams = { stdout: lines(line), stderr: lines(line) }
  return entry => {
    if (entry.kind === 'stdout' || entry.kind === 'stderr') streams[entry.kind](entry.data)
  }
}

function watch(child: ChildProcess, tell: ((residentBytes: number) => void) | undefined): void {
  const { pid } = child
  if (!tell || pid === undefined) return
  const look = async (): Promise<void> => {
    const bytes = await residentBytes(pid)
    if (bytes > 0) tell(bytes)
  }
  const timer = setInterval(() => void look(), watchMilliseconds).unref()
  child.once('exit', () => clearInterval(timer))
}

function textOf(chunks: readonly Uint8Array[]): string {
  return Buffer.concat(chunks).toString('utf8')
}

import type { ChildProcess, SpawnOptions, spawn } from 'node:child_process'
import type { LogEntry, Options, Shell } from 'zx/core'
import { ReleaseError } from '../values/errors.ts'
import type { ExecSettings } from './exec.ts'
import { hideSecrets } from './hide-secrets.ts'
import { lines } from './lines.ts'
import { startGroup } from './process-group.ts'
import type { FailedCommand } from './shell-error.ts'

export type { Shell } from 'zx/core'

export interface ShellSettings extends ExecSettings {
  /** Told each command as it starts and each line as it is printed. */
  readonly line: (text: string) => void
  /** Told each command that fails, but for those that `$` was told to keep quiet. */
  readonly failed?: (command: FailedCommand) => void
}

/** zx's `$` for a project's own goals in the run's environment: what it starts ends with the run, and is logged. */
export async function shell(settings: ShellSettings): Promise<Shell> {
  const { $ } = await import('zx/core')
  if (!$.shell) throw noShell()
  const start = (command: string, args: readonly string[], options: SpawnOptions): ChildProcess =>
    startGroup(command, args, options, settings.signal).child
  const bound = $({
    spawn: start as typeof spawn, detached: process.platform !== 'win32',
    cwd: settings.cwd, env: { ...settings.environment }, verbose: true, log: reporter(settings),
  })
  return Object.assign(bound, { sync: atOnce(bound) })
}

/** `$.sync`, which zx by itself fails with twice: once to the caller, and once with nobody to catch it, which ends the process. */
function atOnce(bound: Shell, options: Partial<Options> = {}): Shell<true> {
  const run = (first: TemplateStringsArray | Partial<Options>, ...args: unknown[]): unknown => {
    if (!Array.isArray(first)) return atOnce(bound, { ...options, ...first as Partial<Options> })
    const output = bound({ ...options, sync: true, nothrow: true })(first as unknown as TemplateStringsArray, ...args)
    if (!output.ok && !options.nothrow) throw output
    return output
  }
  return run as unknown as Shell<true>
}

/** zx marks as verbose what is to be seen: not what `$` was told to keep quiet, nor what goes into a pipe. */
function reporter({ line, failed, environment }: ShellSettings): (entry: LogEntry) => void {
  const streams = new Map<string, (chunk: Uint8Array) => void>()
  const running = new Map<string, string>()
  const begin = (id: string, command: string): void => {
    running.set(id, command)
    line(`$ ${command}`)
  }
  const end = ({ id, exitCode, signal, duration: milliseconds }: Extract<LogEntry, { kind: 'end' }>): void => {
    const command = running.get(id)
    running.delete(id)
    if (command !== undefined && exitCode !== 0) failed?.({ command, exitCode, signal, milliseconds })
  }
  return entry => {
    if (!entry.verbose) return
    if (entry.kind === 'cmd') begin(entry.id, hideSecrets(entry.cmd, environment))
    if (entry.kind === 'end') end(entry)
    if (entry.kind !== 'stdout' && entry.kind !== 'stderr') return
    const key = `${entry.kind} ${entry.id}`
    const stream = streams.get(key) ?? lines(line)
    streams.set(key, stream)
    stream(entry.data)
  }
}

function noShell(): ReleaseError {
  return new ReleaseError('Cannot run commands of $: there is no bash on the PATH', {
    code: 'COMMAND', hint: 'Install bash, or use exec, which needs no shell.',
  })
}

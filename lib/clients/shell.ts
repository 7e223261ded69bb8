import type { ChildProcess, SpawnOptions, spawn } from 'node:child_process'
import type { LogEntry, Shell } from 'zx/core'
import { ReleaseError } from '../values/errors.ts'
import type { ExecSettings } from './exec.ts'
import { lines } from './lines.ts'
import { startGroup } from './process-group.ts'

export type { Shell } from 'zx/core'

export interface ShellSettings extends ExecSettings {
  /** Told each command as it starts and each line as it is printed. */
  readonly line: (text: string) => void
}

/** zx's `$` for a project's own goals in the run's environment: what it starts ends with the run, and is logged. */
export async function shell(settings: ShellSettings): Promise<Shell> {
  const { $ } = await import('zx/core')
  if (!$.shell) throw noShell()
  const start = (command: string, args: readonly string[], options: SpawnOptions): ChildProcess =>
    startGroup(command, args, options, settings.signal).child
  const bound = $({
    spawn: start as typeof spawn, detached: process.platform !== 'win32',
    cwd: settings.cwd, env: { ...settings.environment }, verbose: true, log: reporter(settings.line),
  })
  return Object.assign(bound, { sync: bound({ sync: true }) })
}

/** zx marks as verbose what is to be seen: not what `$` was told to keep quiet, nor what goes into a pipe. */
function reporter(line: (text: string) => void): (entry: LogEntry) => void {
  const streams = new Map<string, (chunk: Uint8Array) => void>()
  return entry => {
    if (!entry.verbose) return
    if (entry.kind === 'cmd') line(`$ ${entry.cmd}`)
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

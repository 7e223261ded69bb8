import { dirname, resolve } from 'node:path'
import type { BuildDefinition, Goals } from '../goals.ts'
import { ReleaseError } from '../values/errors.ts'
import { readCommandLine, type Request } from './command-line.ts'
import { linesOf, refuseNames, standInGoals } from './stand-in.ts'
import { errorsIn, exitCodeFor, printErrors } from './print-errors.ts'
import type { Setting } from './setting.ts'
import { signalExitCode } from './signal-exit-code.ts'

/** Does what a command line asks. @returns the exit code */
export async function runCommandLine(file: string, definition: BuildDefinition, args: readonly string[]): Promise<number> {
  const stop = new AbortController()
  const restore = listen(stop)
  try {
    const request = readCommandLine(args, knownLines(definition))
    if (typeof request === 'string') {
      process.stdout.write(request)
      return 0
    }
    return await dispatch(request, settingOf(file, definition, request, stop.signal))
  } catch (error) {
    if (stop.signal.aborted) return exitCodeOf(stop.signal)
    const errors = errorsIn(error)
    printErrors(errors, args.includes('--json'))
    return exitCodeFor(errors)
  } finally {
    restore()
  }
}

/**
 * The goals by name; undefined where build.ts cannot be composed before the real release is known, or at all.
 * @throws ReleaseError (USAGE) for a name that no goal can have
 */
function knownLines(definition: BuildDefinition): Readonly<Record<string, string>> | undefined {
  const goals = composed(definition)
  if (goals) refuseNames(goals)
  return goals && linesOf(goals)
}

function composed(definition: BuildDefinition): Goals | undefined {
  try {
    return standInGoals(definition)
  } catch {
    return undefined
  }
}

function settingOf(file: string, definition: BuildDefinition, request: Request, signal: AbortSignal): Setting {
  const root = dirname(file)
  const { project, out } = request.options
  return {
    file, definition, signal, options: request.options, goals: request.goals, environment: process.env,
    folder: project === undefined ? resolve(root, definition.project ?? '.') : resolve(project),
    place: { root, ...(out === undefined ? {} : { out: resolve(out) }) },
    exitCode: () => exitCodeOf(signal),
  }
}

/** Each command is loaded when it is asked for: start is imports. */
async function dispatch(request: Request, setting: Setting): Promise<number> {
  switch (request.command) {
    case 'list': return (await import('./list.ts')).list(setting)
    case 'plan': return (await import('./plan.ts')).plan(setting)
    case 'check': return request.reproducible ? (await import('./check-reproducible.ts')).checkReproducible(setting) : (await import('./check.ts')).check(setting)
    case 'lock': return (await import('./lock.ts')).lock(setting, request.update)
    case 'clean': return (await import('./clean.ts')).clean(setting, request.clearCache)
    case 'doctor': return (await import('./doctor.ts')).doctorCommand(setting)
    case 'goals': return (await import('./run-goals.ts')).runGoals(setting)
  }
}

/** The first signal stops the run in order, the second one at once. */
function listen(stop: AbortController): () => void {
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stop.signal.aborted) process.exit(signalExitCode(signal))
    stop.abort(new ReleaseError(`stopped by ${signal}`, { code: 'CANCELLED', cause: signal }))
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, onSignal)
  return () => { for (const signal of signals) process.off(signal, onSignal) }
}

function exitCodeOf(signal: AbortSignal): number {
  return signalExitCode(signal.reason instanceof ReleaseError ? signal.reason.cause as NodeJS.Signals : undefined)
}

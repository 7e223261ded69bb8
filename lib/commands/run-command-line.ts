import { dirname, resolve } from 'node:path'
import type { BuildDefinition, Goals } from '../goals.ts'
import { readCommandLine, type CutFlags, type Request } from './command-line.ts'
import { linesOf, refuseNames, standInGoals } from './stand-in.ts'
import { errorsIn, exitCodeFor, printErrors } from './run/print-errors.ts'
import type { Setting } from './setting.ts'
import { stopOnSignals, type Stopping } from './run/stop-on-signals.ts'

/** Does what a command line asks. @returns the exit code */
export async function runCommandLine(file: string, definition: BuildDefinition, args: readonly string[]): Promise<number> {
  const { signal, exitCode, restore } = stopOnSignals()
  try {
    const request = readCommandLine(args, () => knownLines(definition))
    if (typeof request === 'string') {
      process.stdout.write(request)
      return 0
    }
    return await dispatch(request, settingOf(file, definition, request, { signal, exitCode }))
  } catch (error) {
    if (signal.aborted) return exitCode()
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

function settingOf(file: string, definition: BuildDefinition, request: Request, { signal, exitCode }: Pick<Stopping, 'signal' | 'exitCode'>): Setting {
  const root = dirname(file)
  const { project, out } = request.options
  return {
    file, definition, signal, options: request.options, goals: request.goals, environment: process.env,
    folder: project === undefined ? resolve(root, definition.project ?? '.') : resolve(project),
    place: { root, ...(out === undefined ? {} : { out: resolve(out) }) },
    exitCode,
  }
}

/** `--develop` without `--no-develop` is absent, not true. */
function cutOptions({ develop, remote, ...rest }: CutFlags = {}): CutFlags {
  return { ...rest, ...typeof develop === 'string' || develop === false ? { develop } : {}, ...typeof remote === 'string' || remote === false ? { remote } : {} }
}

/** Each command is loaded when it is asked for: start is imports. */
async function dispatch(request: Request, setting: Setting): Promise<number> {
  switch (request.command) {
    case 'list': return (await import('./list.ts')).list(setting)
    case 'plan': return (await import('./plan.ts')).plan(setting)
    case 'check': return request.reproducible ? (await import('./check/reproducible.ts')).checkReproducible(setting) : (await import('./check.ts')).check(setting)
    case 'changelog': return (await import('./changelog.ts')).changelog(setting, request.changelog ?? {})
    case 'cut': return (await import('./cut.ts')).cut(setting, cutOptions(request.cut))
    case 'publish': return (await import('./publish.ts')).publishMade(setting)
    case 'status': return (await import('./status.ts')).status(setting)
    case 'promote': return (await import('./promote.ts')).promote(setting, request.promotion?.candidate ?? '', request.promotion?.to ?? '')
    case 'retract': return (await import('./retract.ts')).retract(setting)
    case 'lock': return (await import('./lock.ts')).lock(setting, request.update, await (await import('./lock/charts-to-lock.ts')).chartsToLock(setting))
    case 'clean': return (await import('./clean.ts')).clean(setting, request.clearCache)
    case 'doctor': return (await import('./doctor.ts')).doctorCommand(setting)
    case 'goals': return (await import('./run/goals.ts')).runGoals(setting)
  }
}

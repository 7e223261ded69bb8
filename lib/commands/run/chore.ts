import type { FailedCommand } from '../../clients/shell-error.ts'
import type { Chore } from '../../goals.ts'
import type { Renderer } from '../../renderer.ts'
import type { Prepared } from '../prepare.ts'
import type { Setting } from '../setting.ts'

/** What a goal of the project's own is run with. */
export interface ChoreRun {
  readonly setting: Setting
  readonly renderer: Renderer
  /** Takes the lines that were printed as they came. */
  readonly printed: Set<string>
  readonly prepared: Prepared
}

/**
 * Runs a goal of the project's own: drawn, stopped and logged like the rest, never cached.
 * @returns why it failed, if it did
 */
export async function runChore(run: ChoreRun, name: string, chore: Chore): Promise<readonly Error[]> {
  const { setting, renderer, printed, prepared } = run
  const { quiet, json } = setting.options
  const { shell } = await import('../../clients/shell.ts')
  const log = (line: string): void => {
    if (!quiet && !json) printed.add(line)
    renderer.chore(name, { type: 'log', line })
  }
  const failed: FailedCommand[] = []
  renderer.chore(name, { type: 'begin' })
  try {
    const { signal, folder: cwd } = setting
    const environment = { ...callersEnvironment(setting), ...prepared.variables }
    const $ = await shell({ environment, signal, cwd, line: log, failed: command => { failed.push(command) } })
    await chore({ ...prepared.release, $, signal, log })
    renderer.chore(name, { type: 'end' })
    return []
  } catch (error) {
    const failure = await choreError(name, error, failed)
    renderer.chore(name, { type: 'end', error: failure })
    return setting.signal.aborted ? [] : [failure]
  }
}

async function choreError(name: string, thrown: unknown, failed: readonly FailedCommand[]): Promise<Error> {
  const { shellError } = await import('../../clients/shell-error.ts')
  const error = shellError(`finish ${name}`, thrown, failed)
  return error instanceof Error ? error : new Error(String(error))
}

/** A chore is the project's own: it gets all that its caller has, credentials included. */
function callersEnvironment({ environment }: Setting): Readonly<Record<string, string>> {
  const entries = Object.entries(environment)
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined))
}

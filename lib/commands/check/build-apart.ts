import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createExec } from '../../clients/exec.ts'
import type { Digest } from '../../values/descriptor.ts'
import { type ErrorDetails, ReleaseError } from '../../values/errors.ts'
import { copyProject } from './copy-project.ts'
import type { Setting } from '../setting.ts'

/** One of several builds of the same commit that share nothing. */
export interface ApartBuild {
  readonly name: string
  /** Below it: the copy of the repository, the caches, the record of the run. */
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
  readonly umask: number
  readonly options: readonly string[]
}

/** A step that made something. */
export interface BuiltStep {
  readonly step: string
  readonly kind: string
  readonly name: string
  readonly digest: Digest
}

/**
 * Makes all that goals need in a copy of the project, as a process of its own; publishes nothing.
 * @throws ReleaseError or AggregateError with what the build said where it fails
 */
export async function buildApart(
  setting: Setting, goals: readonly string[], build: ApartBuild,
): Promise<readonly BuiltStep[]> {
  const { name, folder, umask, environment } = build
  const { signal, place } = setting
  const gitExec = createExec({ signal, cwd: setting.folder, environment: callers(setting) })
  const project = await copyProject({ exec: gitExec, folder: setting.folder, place }, join(folder, 'project'))
  if (!setting.options.quiet) process.stderr.write(`building ${goals.join(', ')} (${name})\n`)
  const exec = createExec({ signal, cwd: folder, environment: {
    ...callers(setting), SLIPWAY_CACHE: join(folder, 'cache'), GOCACHE: join(folder, 'go-cache'), ...environment,
  } })
  const before = process.umask(umask)
  try {
    // What another machine made says nothing of what this one makes.
    const alone = setting.definition.cache ? ['--no-cache'] : []
    const apart = ['--no-publish', '--quiet', ...alone, '--project', project, '--out', join(folder, 'dist')]
    const { exitCode, stderr } = await exec(process.execPath, [
      ...process.execArgv, setting.file, ...goals, ...apart, ...build.options, ...passedOn(setting),
    ], { check: false })
    return await stepsOf(join(folder, 'dist.run.json'), exitCode, stderr)
  } finally {
    process.umask(before)
  }
}

function passedOn({ options: { version, snapshot, only, memory } }: Setting): readonly string[] {
  return [
    ...(version === undefined ? [] : ['--version', version]), ...(snapshot ? ['--snapshot'] : []),
    ...(only === undefined ? [] : ['--only', only.join(',')]),
    ...(memory === undefined ? [] : ['--memory', String(memory)]),
  ]
}

interface Recorded {
  readonly errors: readonly (Pick<ErrorDetails, 'code' | 'hint' | 'output'> & { readonly message: string })[]
  readonly steps: readonly (BuiltStep & { readonly state: string })[]
}

async function stepsOf(file: string, exitCode: number | null, output: string): Promise<readonly BuiltStep[]> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  const { errors, steps } = text === undefined ? { errors: [], steps: [] } : JSON.parse(text) as Recorded
  if (exitCode === 0) return steps.filter(({ state }) => state === 'made' || state === 'cached')
  const failures = errors.map(({ message, ...details }) => new ReleaseError(message, details))
  if (failures.length > 0) throw new AggregateError(failures)
  throw new ReleaseError('Cannot build to compare: the build ended without a record', {
    code: 'COMMAND', output, hint: 'Run the release by itself first.',
  })
}

function callers({ environment }: Setting): Readonly<Record<string, string>> {
  const entries = Object.entries(environment)
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined))
}

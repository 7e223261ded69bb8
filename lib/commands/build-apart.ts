import { existsSync } from 'node:fs'
import { cp, lstat, mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'
import { createExec } from '../clients/exec.ts'
import { repositoryRoot } from '../clients/git.ts'
import { foldersOf } from '../destinations/directory.ts'
import type { Digest } from '../values/descriptor.ts'
import { type ErrorDetails, ReleaseError } from '../values/errors.ts'
import type { Setting } from './setting.ts'

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
  const project = await copyProject(setting, join(folder, 'project'))
  if (!setting.options.quiet) process.stderr.write(`building ${goals.join(', ')} (${name})\n`)
  const exec = createExec({ signal: setting.signal, cwd: folder, environment: {
    ...callers(setting), SLIPWAY_CACHE: join(folder, 'cache'), GOCACHE: join(folder, 'go-cache'), ...environment,
  } })
  const before = process.umask(umask)
  try {
    const apart = ['--no-publish', '--quiet', '--project', project, '--out', join(folder, 'dist')]
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

/**
 * Copies the whole repository: what a build reads may stand beside the project.
 * @returns the project's folder in the copy
 */
async function copyProject(setting: Setting, target: string): Promise<string> {
  const source = await realpath(setting.folder)
  const exec = createExec({ signal: setting.signal, cwd: source, environment: callers(setting) })
  const root = await repositoryRoot(exec, source)
  const { folder, runRecord, working } = foldersOf('dist', setting.place)
  const made = new Set([folder, runRecord, working])
  await mkdir(target, { recursive: true })
  const isCopied = async (path: string): Promise<boolean> =>
    !made.has(path) && basename(path) !== 'node_modules' && isPlain(path)
  await cp(root, target, { recursive: true, verbatimSymlinks: true, filter: isCopied })
  await settleSubmodule(root, target)
  return join(target, relative(root, source))
}

/** A submodule's .git names a folder of the repository around it, whose settings name the submodule in turn. */
async function settleSubmodule(root: string, target: string): Promise<void> {
  const [, gitFolder] = /^gitdir: (.+)$/m.exec(await readFile(join(root, '.git'), 'utf8').catch(() => '')) ?? []
  if (gitFolder === undefined || existsSync(resolve(root, gitFolder, 'commondir'))) return
  await rm(join(target, '.git'))
  await cp(resolve(root, gitFolder), join(target, '.git'), { recursive: true, filter: isPlain })
  const settings = join(target, '.git', 'config')
  await writeFile(settings, (await readFile(settings, 'utf8')).replaceAll(/^\s*worktree\s*=.*\n/gm, ''))
}

/** git's monitor leaves a socket in .git. */
async function isPlain(path: string): Promise<boolean> {
  const found = await lstat(path)
  return found.isFile() || found.isDirectory() || found.isSymbolicLink()
}

function callers({ environment }: Setting): Readonly<Record<string, string>> {
  const entries = Object.entries(environment)
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined))
}

import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import { repositoryRoot } from '../clients/git.ts'
import { createExec } from '../clients/exec.ts'
import { locateDifference } from '../clients/locate-difference.ts'
import type { Digest } from '../values/descriptor.ts'
import { ReleaseError } from '../values/errors.ts'
import { makingGoals } from './prepare.ts'
import { printErrors } from './print-errors.ts'
import type { Setting } from './setting.ts'

/** One of two builds of the same commit. */
interface Build {
  readonly name: string
  /** Below it: the copy of the repository, the caches, what is made. */
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
  readonly umask: number
  readonly options: readonly string[]
}

interface BuiltStep {
  readonly step: string
  readonly kind: string
  readonly name: string
  readonly state: string
  readonly digest?: Digest
  readonly size?: number
}

/**
 * Builds a goal twice: in other folders, with empty caches, another time zone, language, umask and number of jobs; and
 * says which file differs and where.
 * @returns 0 where every byte is equal
 */
export async function checkReproducible(setting: Setting): Promise<number> {
  const scratch = await mkdtemp(join(tmpdir(), 'slipway-reproducible-'))
  try {
    const [first, second] = builds(scratch)
    const steps = [await build(setting, first), await build(setting, second)] as const
    return await compare(setting, [first, second], steps)
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 3 })
  }
}

function builds(scratch: string): readonly [Build, Build] {
  return [
    { name: 'first', folder: join(scratch, 'one'), environment: { TZ: 'UTC', LC_ALL: 'C' }, umask: 0o022, options: [] },
    { name: 'second', folder: join(scratch, 'another folder', 'much deeper'), umask: 0o077, options: ['--jobs', '1'],
      environment: { TZ: 'Pacific/Chatham', LC_ALL: 'de_DE.UTF-8', GOFLAGS: '-mod=mod', GOAMD64: 'v3' } },
  ]
}

async function build(setting: Setting, { name, folder, environment, umask, options }: Build): Promise<readonly BuiltStep[]> {
  const { file, options: { quiet, version, snapshot, only, memory }, signal } = setting
  const project = await copyProject(setting, join(folder, 'project'))
  const goal = setting.goals[0] ?? (makingGoals(setting).includes('release') ? 'release' : makingGoals(setting)[0] ?? 'release')
  if (!quiet) process.stderr.write(`building ${goal} (${name})\n`)
  const exec = createExec({ signal, cwd: folder, environment: { ...callers(setting), SLIPWAY_CACHE: join(folder, 'cache'), GOCACHE: join(folder, 'go-cache'), ...environment } })
  const before = process.umask(umask)
  try {
    await exec(process.execPath, [...process.execArgv, file, goal, '--project', project, '--out', join(folder, 'dist'), '--quiet', ...options,
      ...(version === undefined ? [] : ['--version', version]), ...(snapshot ? ['--snapshot'] : []),
      ...(only === undefined ? [] : ['--only', only.join(',')]), ...(memory === undefined ? [] : ['--memory', String(memory)])])
  } finally {
    process.umask(before)
  }
  const record = JSON.parse(await readFile(join(folder, 'dist.run.json'), 'utf8')) as { steps: readonly BuiltStep[] }
  return record.steps
}

/** Copies the whole repository: what a build reads may stand beside the project. @returns the project's folder in the copy */
async function copyProject(setting: Setting, target: string): Promise<string> {
  const exec = createExec({ signal: setting.signal, cwd: setting.folder, environment: callers(setting) })
  const root = await repositoryRoot(exec, setting.folder)
  const left = new Set(['node_modules', 'dist', 'dist.run.json'])
  await mkdir(target, { recursive: true })
  await cp(root, target, { recursive: true, verbatimSymlinks: true, filter: path => !left.has(basename(path)) })
  return join(target, relative(root, setting.folder))
}

function callers({ environment }: Setting): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

async function compare({ options }: Setting, [one, two]: readonly [Build, Build], [first, second]: readonly [readonly BuiltStep[], readonly BuiltStep[]]): Promise<number> {
  const others = new Map(second.map(step => [step.step, step]))
  const bytes = first.filter(({ kind }) => kind !== 'receipt' && kind !== 'record')
  const different = bytes.filter(step => others.get(step.step)?.digest !== step.digest)
  const errors = await Promise.all(different.map(async step => new ReleaseError(
    `Cannot reproduce ${step.step}: ${await locateDifference(step.name, blobOf(one, step), blobOf(two, others.get(step.step)))}`,
    { code: 'DIFFERENT', hint: 'Look for a clock, a random number, a path or an order that the program or a step puts into its result.' })))
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ reproducible: errors.length === 0, compared: bytes.length,
      differences: different.map(({ step }, index) => ({ step, message: errors[index]?.message ?? '' })) }, null, 2)}\n`)
  } else if (errors.length > 0) printErrors(errors)
  else process.stdout.write(`Reproducible: ${bytes.length} steps gave the same bytes twice.\n`)
  return errors.length === 0 ? 0 : 1
}

function blobOf({ folder }: Build, step: BuiltStep | undefined): string | undefined {
  return step?.digest && join(folder, 'cache', 'blobs', 'sha256', step.digest.slice('sha256:'.length))
}

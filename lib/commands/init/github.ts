import { existsSync, lstatSync, readFileSync, realpathSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fixedEnvironment } from '../../clients/environment.ts'
import { createExec } from '../../clients/exec.ts'
import { repositoryRoot } from '../../clients/git.ts'
import { usualBranch } from '../../clients/git/branches.ts'
import { githubWorkflow, type WorkflowOptions } from '../../formats/github-workflow.ts'
import { sendsOf } from '../../formats/github-workflow/sends.ts'
import { discover } from '../../project.ts'
import { diskError } from '../../values/disk-error.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Project } from '../../values/project.ts'
import { modulePrefix } from '../module-prefix.ts'

export interface InitGithubOptions {
  /** The folder of the project's go.mod. */
  readonly folder: string
  /** How many machines build at once, 1 to 256. Default: 4. */
  readonly shards?: number
}

/** What was written, and what is left to do. */
export interface InitialisedGithub {
  readonly project: Project
  readonly shards: number
  /** From the repository's root: `.github/workflows/release.yml`. */
  readonly written: string
  /** Secrets that the repository has to have. */
  readonly secrets: readonly string[]
  /** Sentences for the user, where something is not certain. */
  readonly notices: readonly string[]
}

const workflow = '.github/workflows/release.yml'

/** As many jobs as one matrix may make: GitHub's "Workflow syntax", jobs.<job_id>.strategy.matrix. */
export const mostShards = 256

/**
 * Writes the workflow of GitHub Actions that releases a project, at its repository's root.
 * @throws ReleaseError (PROJECT) where there is no Go project, (FILES) where there is such a workflow already, (NAME) where the
 * project's folder has a name that a workflow cannot say
 */
export async function initGithub({ folder, shards = 4 }: InitGithubOptions): Promise<InitialisedGithub> {
  const project = await discover(folder)
  const place = project.place.folder
  const root = await rootOf(place)
  const file = join(root ?? place, workflow)
  refuseToOverwrite(file)
  const script = scriptIn(place)
  const text = script === undefined ? undefined : readFileSync(join(place, script), 'utf8')
  const sends = sendsOf(text, existsSync(join(place, 'chart')) || existsSync(join(place, 'Dockerfile')))
  const options: WorkflowOptions = {
    project: project.name, script: script ?? newScript(place), folder: checkedFolder(root ?? place, place), prefix: await modulePrefix(place) ?? '',
    branch: root === undefined ? 'main' : await usualBranch(execIn(root), root), shards, node: nodeOf(place), sends,
  }
  await write(file, githubWorkflow(options))
  return {
    project, shards, written: workflow, secrets: sends.secrets,
    notices: [
      ...root === undefined ? [`There is no git repository: ${workflow} belongs to the root of one.`] : [],
      ...scriptNotices(script, text),
      ...lockNotices(place),
    ],
  }
}

async function rootOf(place: string): Promise<string | undefined> {
  try {
    return resolve(await repositoryRoot(execIn(place), place))
  } catch (error) {
    if (error instanceof ReleaseError) return undefined
    throw error
  }
}

function execIn(cwd: string) {
  return createExec({ environment: fixedEnvironment(process.env), signal: new AbortController().signal, cwd })
}

function refuseToOverwrite(file: string): void {
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return
  throw new ReleaseError(`Cannot write ${file}: it is there already`, { code: 'FILES', hint: 'Move it away to get a new one, and compare them.' })
}

/** Where the project is below the repository's root, with slashes. */
function checkedFolder(root: string, place: string): string {
  const folder = relative(realpathSync(root), realpathSync(place)).split(sep).join('/')
  if (/^(?:[\w@+-][\w.@+-]*(?:\/[\w@+-][\w.@+-]*)*)?$/.test(folder)) return folder
  throw new ReleaseError(`Cannot write ${workflow} for ${JSON.stringify(folder)}: GitHub Actions would take a part of this name for something else`, {
    code: 'NAME', hint: 'Use folders of letters, digits, dots, dashes and underscores.',
  })
}

function scriptIn(place: string): string | undefined {
  return ['build.ts', 'build.mts'].find(name => existsSync(join(place, name)))
}

/** What `init` would call it. */
function newScript(place: string): string {
  const { type } = (manifestIn(place) ?? { type: 'module' }) as { readonly type?: string }
  return type === 'module' ? 'build.ts' : 'build.mts'
}

function manifestIn(place: string): unknown {
  try {
    return JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'))
  } catch {
    return undefined
  }
}

/** The current line that has long-term support, where the project does not say. */
const usualNode = '24'

function nodeOf(place: string): WorkflowOptions['node'] {
  const file = ['.node-version', '.nvmrc'].find(name => existsSync(join(place, name)))
  if (file !== undefined) return { file }
  const { engines, volta } = (manifestIn(place) ?? {}) as { readonly engines?: { readonly node?: unknown }; readonly volta?: { readonly node?: unknown } }
  return typeof (volta?.node ?? engines?.node) === 'string' ? { file: 'package.json' } : { version: usualNode }
}

function scriptNotices(script: string | undefined, text = ''): readonly string[] {
  if (script === undefined) return ['There is no build.ts yet: npx slipway init writes one.']
  const remote = /\b(githubRelease|ociRegistry|gitTap|chartRepository|staticSite)\s*\(/.test(text)
  return remote ? [] : [`${script} sends nothing beyond its own machine yet, and what is in dist/ there is gone with it: add githubRelease(), or another destination.`]
}

function lockNotices(place: string): readonly string[] {
  if (existsSync(join(place, 'package-lock.json')) || existsSync(join(place, 'npm-shrinkwrap.json'))) return []
  const other = ['pnpm-lock.yaml', 'yarn.lock', 'bun.lock'].find(name => existsSync(join(place, name)))
  return [other === undefined
    ? 'The workflow says npm ci, which needs a package-lock.json: run npm install, and commit it.'
    : `The workflow says npm ci, and the project has a ${other}: change that line to what it is installed with.`]
}

async function write(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true })
    // Whoever writes it meanwhile keeps what he wrote.
    await writeFile(file, text, { flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') refuseToOverwrite(file)
    throw diskError(error, file) ?? error
  }
}

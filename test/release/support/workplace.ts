import { cp, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type GitRepository, gitRepository } from '../../support/git-repository.ts'
import { type Ended, libraryFolder, nodeArguments, start, type Started, type StartOptions } from './start.ts'

/** A Go project with a build.ts in a repository of its own, and a cache that nothing else uses. */
export interface Workplace {
  readonly repository: GitRepository
  /** The project's folder, where build.ts stands. */
  readonly folder: string
  readonly cache: string
  readonly dist: string
  /** Starts `build.ts` as a user does, and waits for its end. */
  build(args: readonly string[], options?: BuildOptions): Promise<Ended>
  /** Starts it, and does not wait. */
  begin(args: readonly string[], options?: BuildOptions): Started
  /** What the last run wrote of itself. */
  record(): Promise<RunRecord>
}

export interface BuildOptions extends Partial<StartOptions> {
  /** Another file than build.ts. */
  readonly script?: string
}

/** dist.run.json, as far as tests look at it. */
export interface RunRecord {
  readonly exitCode: number
  readonly version?: string
  readonly counts: Readonly<Record<string, number>>
  readonly errors: readonly ErrorData[]
  readonly notices: readonly string[]
  readonly machine: { readonly jobs: number, readonly memory: number }
  readonly steps: readonly StepData[]
}

export interface ErrorData {
  readonly code: string
  readonly message: string
  readonly hint?: string
  readonly output?: string
}

export interface StepData {
  readonly step: string
  readonly kind: string
  readonly name: string
  readonly target?: string
  readonly state: string
  readonly digest?: string
  readonly error?: ErrorData
}

const opened = new Set<GitRepository>()
const running = new Set<Started>()

/** Makes one from files, committed and, unless said otherwise, tagged v1.2.3. */
export async function workplace(
  files: Readonly<Record<string, string>>, tags: readonly string[] = ['v1.2.3'],
): Promise<Workplace> {
  const repository = await gitRepository()
  opened.add(repository)
  await repository.commit({ 'package.json': '{ "type": "module" }\n', ...files })
  for (const tag of tags) await repository.tag(tag)
  return workplaceIn(repository)
}

/** One for examples/gateway, tagged v1.2.3 unless said otherwise. */
export async function gatewayWorkplace(script: string, tags: readonly string[] = ['v1.2.3']): Promise<Workplace> {
  const repository = await gitRepository()
  opened.add(repository)
  const example = join(libraryFolder, 'examples/gateway')
  await cp(example, repository.folder, { recursive: true, filter: path => !/[/\\]dist(\.run\.json)?$/.test(path) })
  await repository.commit({ 'package.json': '{ "type": "module" }\n', 'build.ts': script })
  for (const tag of tags) await repository.tag(tag)
  return workplaceIn(repository)
}

/** Removes every one that was made, and what a test that failed left running; for `test.after.each`. */
export async function removeWorkplaces(): Promise<void> {
  for (const { child } of running) child.kill('SIGTERM')
  await Promise.allSettled([...running].map(({ ended }) => ended))
  await Promise.all([...opened].map(repository => repository.remove()))
  opened.clear()
}

/** Around a repository that is there. */
export function workplaceIn(repository: GitRepository, folder = repository.folder): Workplace {
  const cache = repository.beside('cache')
  const begin: Workplace['begin'] = (args, options = {}) => {
    const started = start(process.execPath, [...nodeArguments, options.script ?? 'build.ts', ...args], {
      cwd: options.cwd ?? folder, env: { ...callersEnvironment(), SLIPWAY_CACHE: cache, ...options.env },
    })
    running.add(started)
    void started.ended.finally(() => running.delete(started))
    return started
  }
  return {
    repository, folder, cache, dist: join(folder, 'dist'), begin,
    build: (args, options) => begin(args, options).ended,
    record: async () => JSON.parse(await readFile(join(folder, 'dist.run.json'), 'utf8')) as RunRecord,
  }
}

/** This process' environment without what a CI system or a git hook says of another project. */
export function callersEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(CI|CI_.*|GITHUB_.*|GIT_.*|RELEASE_.*|SLIPWAY_.*|NODE_OPTIONS|FORCE_COLOR|NO_COLOR)$/
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)))
}

/** The library, as a build.ts outside of it imports it. */
export const libraryUrl = process.env['SLIPWAY_PUBLISHED'] ?? pathToFileURL(join(libraryFolder, 'lib/index.ts')).href

/** The names in a folder, sorted; none where there is no folder. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  const names: readonly string[] = await readdir(folder).catch(() => [])
  return [...names].sort()
}

import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { startFakeRegistry, type FakeRegistry } from '../../support/fake-registry.ts'
import type { FakeRegistryOptions } from '../../support/registry/options.ts'
import { hello } from './hello.ts'
import { libraryUrl, removeWorkplaces, workplace, workplaceIn, type RunRecord, type Workplace } from './workplace.ts'

const script = `import { archive, buildImage, checksums, crossCompile, directory, main, publish, registry, resolveVersion, send } from '${libraryUrl}'
const { CACHE = '', WRITE } = process.env
await main(import.meta, {
  version: resolveVersion(),
  targets: ['linux/amd64', 'linux/arm64'],
  cache: registry(CACHE, WRITE === undefined ? {} : { write: WRITE === 'yes' }),
  goals: ({ project, version, source, toolchain, targets, base }) => {
    const binaries = targets.map(target => crossCompile({ project, version, toolchain, source: source('go'), target }))
    const archives = binaries.map(binary => archive({ binary, files: ['README.md'] }))
    const image = buildImage({ base: base('static'), binaries, ports: [8080] })
    return { release: ['all of it', publish(send(directory('dist'), archives, image, checksums({ artifacts: archives })))] }
  },
})
`

export interface SharedRecord extends RunRecord {
  readonly reports: { readonly cache?: Counted }
}

export interface Counted {
  readonly found: number
  readonly kept: number
  readonly fetchedBytes: number
  readonly sentBytes: number
  readonly go: { readonly found: number, readonly kept: number }
}

/** A fresh machine: another clone, and a cache with nothing in it. */
export interface FreshMachine extends Workplace {
  readonly goCache: string
  release(env?: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<{ readonly record: SharedRecord, readonly counted: Counted, readonly stderr: string }>
}

/** What Go has compiled for machines that are not about that. */
let warm: string | undefined

let count = 0
export async function machine(place: Workplace, address: string, go: 'cold' | 'warm' = 'warm'): Promise<FreshMachine> {
  count += 1
  warm ??= await mkdtemp(join(tmpdir(), 'shared-cache-go-'))
  const repository = place.repository.at(place.repository.beside(`machine ${count}`))
  await place.repository.git('clone', '--quiet', place.folder, repository.folder)
  const [cache, goCache] = [place.repository.beside(`cache-${count}`), go === 'warm' ? warm : place.repository.beside(`go-cache-${count}`)]
  const other = workplaceIn(repository, repository.folder)
  const build: Workplace['build'] = (args, options = {}) => other.build(args, { ...options, env: { SLIPWAY_CACHE: cache, GOCACHE: goCache, CACHE: address, ...options.env } })
  return {
    ...other, cache, goCache, build,
    release: async (env = {}, ...args) => {
      const { code, stderr } = await build(['release', ...args], { env })
      assert.is(code, 0, stderr)
      const record = await other.record() as SharedRecord
      return { record, counted: record.reports.cache ?? { found: 0, kept: 0, fetchedBytes: 0, sentBytes: 0, go: { found: 0, kept: 0 } }, stderr }
    },
  }
}

/** A project of one file, whose cache's address and right to write come from the environment. */
export const sharingProject = { ...hello, '.gitignore': '/dist*\n', 'build.ts': script }

export async function bytesIn(folder: string): Promise<Readonly<{ [name: string]: string }>> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  return Object.fromEntries(await Promise.all(files.map(async file => [file.slice(folder.length), (await readFile(file)).toString('base64')] as const)))
}

export function statesOf({ steps }: SharedRecord, ...kinds: readonly string[]): readonly string[] {
  return [...new Set(steps.filter(({ kind }) => kinds.includes(kind)).map(({ state }) => state))]
}

export interface Faulty {
  readonly registry: FakeRegistry
  readonly place: Workplace
  readonly address: string
}

/** A registry that tests can change, with a release in its cache. */
export async function filled(options: FakeRegistryOptions = {}, env: NodeJS.ProcessEnv = { WRITE: 'yes' }): Promise<Faulty> {
  const registry = await fakeRegistry(options)
  const address = `${registry.host}/team/cache`
  const place = await workplace(sharingProject)
  await (await machine(place, address)).release(env)
  return { registry, place, address }
}

/** One that is stopped by `removeMachines`. */
export async function fakeRegistry(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
  const registry = await startFakeRegistry(options)
  opened.add(registry)
  return registry
}

const opened = new Set<FakeRegistry>()

/** Stops registries and removes what machines have; for `test.after.each`. */
export async function removeMachines(): Promise<void> {
  for (const one of opened) await one.close()
  opened.clear()
  await removeWorkplaces()
}

/** What Go has compiled for all machines; for `test.after`. */
export async function removeWarm(): Promise<void> {
  if (warm !== undefined) await rm(warm, { recursive: true, force: true })
}

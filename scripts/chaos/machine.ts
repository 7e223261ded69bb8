import { execFileSync } from 'node:child_process'
import { link, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { start, type Started } from '../../test/release/support/start.ts'
import { callersEnvironment } from '../../test/release/support/workplace.ts'
import { script, type Project } from './project.ts'
import type { Site } from './site.ts'

/** Somewhere a release is run: a clone, a cache and a home of its own. */
export interface Machine {
  /** All that is there. */
  readonly place: string
  /** The clone. */
  readonly folder: string
  readonly cache: string
  begin(): Started
  remove(): Promise<void>
}

export interface MachineOptions {
  readonly project: Project
  readonly site: Site
  /** What its cache begins with; nothing where it is absent. */
  readonly cache?: string
  /** Default: the version that is tried. */
  readonly tag?: string
}

const command = ['release', '--publish', '--verbose']

/** What everybody on this machine has compiled already. */
const compiled = execFileSync('go', ['env', 'GOCACHE'], { encoding: 'utf8' }).trim()

export async function freshMachine({ project, site, cache: warm, tag }: MachineOptions): Promise<Machine> {
  const place = await mkdtemp(join(tmpdir(), 'machine-'))
  const [folder, cache, home, temporary] = ['clone', 'cache', 'home', 'tmp'].map(name => join(place, name)) as [string, string, string, string]
  await project.repository.git('clone', '--quiet', ...tag === undefined ? [] : ['--branch', tag], '--config', 'advice.detachedHead=false', project.repository.folder, folder)
  for (const one of [home, temporary]) await mkdir(one)
  if (warm === undefined) await mkdir(cache)
  else await linkTree(warm, cache)
  const { registry, github, tap, bucket, engine } = site.addresses
  const { secrets } = site
  const env = {
    ...callersEnvironment(), ...project.environment, SLIPWAY_CACHE: cache, HOME: home, TMPDIR: temporary, GOTMPDIR: '', GOCACHE: compiled, PAGES: site.folders.pages, SITE: site.folders.site,
    REGISTRY: new URL(registry).host, GITHUB: github, TAP: tap, BUCKET: bucket, DOCKER_HOST: engine.replace('http:', 'tcp:'),
    REGISTRY_TOKEN: secrets.registry, GITHUB_WRITER: secrets.github, TAP_TOKEN: secrets.tap, BUCKET_SECRET: secrets.bucket,
  }
  return {
    place, folder, cache,
    begin: () => start(process.execPath, [script, ...command], { cwd: folder, env }),
    remove: () => rm(place, { recursive: true, force: true, maxRetries: 3 }),
  }
}

/** The same files in another folder; what writes beside and renames leaves the first ones alone. */
export async function linkTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) await linkTree(source, target)
    else await link(source, target)
  }
}

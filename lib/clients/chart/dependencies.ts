import { readFileSync, realpathSync } from 'node:fs'
import { isAbsolute, join, relative, resolve } from 'node:path'
import type { ChartFile } from '../../formats/chart/chart-file.ts'
import type { ChartDependency } from '../../formats/chart/chart-metadata.ts'
import { chartIdentity } from '../../formats/chart/chart-identity.ts'
import { chartMetadata } from '../../formats/chart/chart-yaml.ts'
import { isAlias, lockedVersions, parseChartLock } from '../../formats/chart/lock.ts'
import { parseLock, type LockedChart } from '../../formats/lock-file.ts'
import type { Digest } from '../../values/descriptor.ts'
import { digestOf } from '../../values/digest.ts'
import { ReleaseError } from '../../values/errors.ts'
import { Skip } from '../../values/skip.ts'
import { readChartFolder, type ChartFolder } from './folder.ts'
import { vendoredCharts, type VendoredChart } from './vendored.ts'

/** A chart that comes from a repository. */
export interface RemoteChart {
  readonly name: string
  /** One, not a range. */
  readonly version: string
  /** `oci://ghcr.io/example/charts` or `https://charts.example`, without a slash at its end. */
  readonly repository: string
  /** What slipway.lock calls it: `oci://ghcr.io/example/charts/common@1.2.3`. */
  readonly key: string
}

/** One that is pinned by slipway.lock. */
export interface LockedRemoteChart extends RemoteChart, LockedChart {
  /** Where its package goes in the chart: `charts/common-1.2.3.tgz`. */
  readonly path: string
}

export interface ChartDependencies {
  /** The chart's files, with charts of the project that it depends on below charts/, sorted. */
  readonly files: readonly ChartFile[]
  /** What is still to be fetched. */
  readonly packages: readonly LockedRemoteChart[]
  /** What was read, absolute. */
  readonly reads: readonly string[]
}

export interface DependencyPlaces {
  /** The chart's folder, absolute. */
  readonly folder: string
  /** The project's repository, absolute. */
  readonly within: string
}

/** What a chart needs of a repository, and what it may have of it in charts/. */
export interface NeededChart extends RemoteChart {
  readonly path: string
  readonly vendored?: NeededPackage
}

interface NeededPackage {
  /** The package on the disk, absolute. */
  readonly file: string
  readonly digest: Digest
  /** Whether it is called as it is when it is fetched. */
  readonly usual: boolean
}

export interface NeededCharts {
  readonly files: readonly ChartFile[]
  readonly reads: readonly string[]
  readonly needed: readonly NeededChart[]
}

/**
 * What a chart depends on, by what the project itself says: Chart.yaml, Chart.lock, charts/ and slipway.lock. Charts of the
 * project (`file://`) are put into it as they are now; those in charts/ stay as they are; the rest is pinned by slipway.lock.
 * Nothing is asked over the network.
 * @param lockFile slipway.lock, absolute; it may be missing
 * @throws ReleaseError (FILES) where these do not agree, (CONTENT) where a package in charts/ is not what slipway.lock pins, Skip
 * where something is not pinned
 */
export async function chartDependencies(chart: ChartFolder, { lockFile, ...places }: DependencyPlaces & { readonly lockFile: string }): Promise<ChartDependencies> {
  const { files, reads, needed } = await neededCharts(chart, places)
  if (needed.length === 0) return { files, reads, packages: [] }
  const locked = lockedCharts(lockFile)
  const packages: LockedRemoteChart[] = []
  const pinned = new Set<string>()
  for (const { vendored, ...one } of needed) {
    const pin = locked && Object.hasOwn(locked, one.key) ? locked[one.key] : undefined
    if (pin && vendored) refuseOther(one, vendored, pin)
    if (pin && vendored?.usual) pinned.add(vendored.file)   // whether git knows it or not
    if (!pin && !vendored) throw new Skip(`${one.key} is not locked: npx tsx build.ts lock`)
    if (pin && !vendored) packages.push({ ...one, ...pin })
  }
  const read = [...reads.filter(file => !pinned.has(file)), ...locked && isInside(lockFile, places.within) ? [lockFile] : []]
  return { files, packages, reads: read.sort() }
}

/** What a chart, and charts of the project that it depends on, need of repositories. @throws ReleaseError (FILES) */
export async function neededCharts(chart: ChartFolder, { folder, within }: DependencyPlaces): Promise<NeededCharts> {
  const { files, reads, needed } = await gather({ chart, folder, prefix: '', above: [realpathSync(folder)] }, within)
  const once = [...new Map(needed.map(one => [one.path, one])).values()]
  return { needed: once, reads: [...new Set(reads)].sort(), files: files.toSorted((a, b) => a.path < b.path ? -1 : 1) }
}

/** A chart on the way. */
interface Stop {
  readonly chart: ChartFolder
  readonly folder: string
  /** Where it goes in the chart that is released. */
  readonly prefix: string
  /** The folders of the charts that it is for, as they really are, and its own. */
  readonly above: readonly string[]
}

type Refusal = (why: string, hint: string) => ReleaseError

async function gather(stop: Stop, within: string): Promise<NeededCharts> {
  const { chart, folder, prefix } = stop
  const refuse: Refusal = (why, hint) => new ReleaseError(`Cannot use the dependencies of ${join(folder, 'Chart.yaml')}: ${why}`, { code: 'FILES', hint })
  const dependencies = dependenciesOf(chart, folder, refuse)
  const vendored = dependencies.length === 0 ? [] : await vendoredCharts(chart.files, folder)
  const [local, others] = [dependencies.filter(isLocal), dependencies.filter(one => !isLocal(one))]
  const stops = localCharts(local, stop, vendored, within, refuse)
  // What helm made of such a folder, now or long ago.
  const made = vendored.filter(({ name }) => local.some(one => one.name === name)).map(({ path }) => path)
  const own = chart.files.filter(({ path }) => !made.includes(path)).map(one => ({ ...one, path: prefix + one.path }))
  const read = chart.reads.filter(file => !made.some(path => join(folder, path) === file))
  const below = await Promise.all(stops.map(async one => gather(one, within)))
  return {
    files: [...own, ...below.flatMap(({ files }) => files)],
    reads: [...read, ...below.flatMap(({ reads }) => reads)],
    needed: [...others.flatMap(one => neededOf(one, stop, vendored, refuse)), ...below.flatMap(({ needed }) => needed)],
  }
}

function isLocal({ repository }: ChartDependency): boolean {
  return repository.startsWith('file://')
}

function neededOf(dependency: ChartDependency, { folder, prefix }: Stop, vendored: readonly VendoredChart[], refuse: Refusal): readonly NeededChart[] {
  const { name, repository } = dependency
  const there = vendoredFor(dependency, vendored, refuse)
  if (there?.folder || there && repository === '') return []
  if (repository === '') throw refuse(`${name} names no repository and is not in charts/`, `Put it into charts/${name}, or name its repository.`)
  const needed = remote(dependency, prefix, refuse)
  return [{ ...needed, ...there && { vendored: { file: join(folder, there.path), digest: digestOf(there.bytes), usual: prefix + there.path === needed.path } } }]
}

/** One of a name: a chart that stands twice under two aliases lies in charts/ once. */
function localCharts(dependencies: readonly ChartDependency[], stop: Stop, vendored: readonly VendoredChart[], within: string, refuse: Refusal): readonly Stop[] {
  const stops = new Map<string, { readonly repository: string; readonly stop: Stop }>()
  for (const dependency of dependencies) {
    const { name, repository } = dependency
    const folder = vendored.find(one => one.folder && one.name === name)
    if (folder) throw refuse(`${name} lies in ${folder.path} and in ${repository}`, 'Remove one of the two.')
    const known = stops.get(name)
    if (known && known.repository !== repository) throw refuse(`${name} lies in ${known.repository} and in ${repository}`, 'Give the two charts two names.')
    if (!known) stops.set(name, { repository, stop: localChart(dependency, stop, within, refuse) })
  }
  return [...stops.values()].map(one => one.stop)
}

/** Each with the one version that Chart.lock has for it, where there is one. */
function dependenciesOf({ files }: ChartFolder, folder: string, refuse: Refusal): readonly ChartDependency[] {
  const textOf = (path: string): string | undefined => {
    const file = files.find(one => one.path === path)
    return file && Buffer.from(file.bytes).toString()
  }
  if (textOf('requirements.yaml') !== undefined) throw refuse('it has a requirements.yaml, as charts of helm 2 did', 'Move what it says to dependencies in Chart.yaml, and remove it.')
  const { dependencies = [] } = chartMetadata(textOf('Chart.yaml') ?? '', join(folder, 'Chart.yaml'))
  const lock = textOf('Chart.lock')
  if (lock === undefined || dependencies.length === 0) return dependencies
  const lockFile = join(folder, 'Chart.lock')
  return lockedVersions(dependencies, parseChartLock(lock, lockFile), lockFile)
}

function vendoredFor({ name, version = '' }: ChartDependency, vendored: readonly VendoredChart[], refuse: Refusal): VendoredChart | undefined {
  const named = vendored.filter(one => one.name === name)
  const fitting = isVersion(version) ? named.filter(one => same(one.version, version)) : named
  const [one, other] = fitting
  if (one && other) throw refuse(`${name} lies in ${one.path} and in ${other.path}`, 'Remove one of the two.')
  if (one || !named[0]) return one
  throw refuse(`${named[0].path} is ${name} ${named[0].version}, not ${version}`, 'Put the right one there: helm dependency build')
}

function localChart({ name, version = '', repository }: ChartDependency, { folder, prefix, above }: Stop, within: string, refuse: Refusal): Stop {
  const place = resolve(folder, repository.slice('file://'.length))
  if (!isInside(place, within)) throw refuse(`${name} is at ${repository}, outside of ${within}`, 'Take a chart of this repository, or publish that one and name its repository.')
  const chart = readChartFolder(place, { within })
  const real = realpathSync(place)
  if (above.includes(real)) throw refuse(`${name} at ${repository} depends on itself`, 'Take one of them out.')
  const found = chartIdentity(chart.files.find(({ path }) => path === 'Chart.yaml')?.bytes ?? new Uint8Array(), join(place, 'Chart.yaml'))
  if (found.name !== name) throw refuse(`${repository} is the chart ${found.name}, not ${name}`, 'Correct name or repository.')
  if (isVersion(version) && !same(found.version, version)) throw refuse(`${repository} is ${name} ${found.version}, not ${version}`, 'Write Chart.lock anew, and commit it: helm dependency update')
  return { chart, folder: place, prefix: `${prefix}charts/${name}/`, above: [...above, real] }
}

function remote({ name, version = '', repository: written }: ChartDependency, prefix: string, refuse: Refusal): RemoteChart & { readonly path: string } {
  const repository = written.replace(/\/+$/, '')
  if (isAlias(written)) throw refuse(`${written} is what one machine calls a repository`, 'Write its URL, or commit Chart.lock: helm dependency update')
  if (!/^(?:oci|https?):\/\/[^/]/.test(repository)) throw refuse(`${written} of ${name} is no repository that can be read`, 'Write oci://, https:// or file:// before it.')
  if (!isVersion(version)) throw refuse(`${name} has no one version but ${version || 'any'}, and there is no Chart.lock`, 'Write it, and commit it: helm dependency update')
  return { name, version, repository, key: `${repository}/${name}@${version}`, path: `${prefix}charts/${name}-${version}.tgz` }
}

function lockedCharts(file: string): Readonly<Record<string, LockedChart>> | undefined {
  try {
    return parseLock(readFileSync(file, 'utf8'), file).charts ?? {}
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error instanceof ReleaseError ? error : new ReleaseError(`Cannot read ${file}: ${(error as Error).message}`, { code: 'FILES', hint: 'Make it a file that can be read.', cause: error })
  }
}

function refuseOther({ key }: RemoteChart, { file, digest }: NeededPackage, pin: LockedChart): void {
  if (digest === pin.digest) return
  throw new ReleaseError(`Cannot use ${file}: it is ${digest}, and slipway.lock pins ${pin.digest} for ${key}`, {
    code: 'CONTENT', hint: 'Remove it, or pin what its repository has now: npx tsx build.ts lock --update',
  })
}

/** One version, as helm would also read it with a `v`. */
function isVersion(version: string): boolean {
  return /^v?\d+\.\d+\.\d+(?:-[\w.-]+)?(?:\+[\w.-]+)?$/.test(version)
}

function same(found: string, wanted: string): boolean {
  return found.replace(/^v/, '') === wanted.replace(/^v/, '')
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !/^\.\.[/\\]/.test(way) && !isAbsolute(way)
}

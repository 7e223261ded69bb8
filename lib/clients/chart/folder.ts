import { readdirSync, readFileSync, realpathSync, statSync, type Dirent, type Stats } from 'node:fs'
import { isAbsolute, join, relative, resolve } from 'node:path'
import { chartLimits, fileLimit } from '../../formats/chart/chart-limits.ts'
import type { ChartFile } from '../../formats/chart/chart-file.ts'
import { helmIgnore, type HelmIgnore } from '../../formats/chart/helm-ignore.ts'
import { ReleaseError } from '../../values/errors.ts'
import { nearestChart } from './nearest.ts'

export interface ChartFolderOptions {
  /** The project's repository, absolute: what links lead to has to lie in it. */
  readonly within: string
}

export interface ChartFolder {
  /** Sorted by path. */
  readonly files: readonly ChartFile[]
  /** What was read, absolute: files, links, and what they lead to. */
  readonly reads: readonly string[]
}

/** What a walk through a chart's folder carries along. */
interface Walk {
  readonly folder: string
  readonly within: { readonly given: string; readonly real: string }
  readonly ignores: HelmIgnore
  readonly count: (path: string, size: number) => void
  readonly files: ChartFile[]
  readonly reads: string[]
}

/** A folder on the way: where it is, what it is called in the chart, and the folders that it lies in, as they really are. */
interface Stop {
  readonly place: string
  readonly prefix: string
  readonly above: readonly string[]
}

/**
 * Reads the files of a chart's folder as helm does: without what .helmignore leaves out, links followed. Synchronous,
 * because so many small reads are several times slower through the thread pool.
 * @param folder absolute
 * @throws ReleaseError (FILES) where there is no chart, a link leads outside, nowhere or back, something is no file, or is over
 * helm's limits, (NAME) for a name that helm or an archive does not take
 */
export function readChartFolder(folder: string, { within }: ChartFolderOptions): ChartFolder {
  if (!isFolder(folder)) throw noChart(folder, 'there is no such folder', within)
  const ignoreFile = join(folder, '.helmignore')
  const ignored = statusOf(ignoreFile)?.isFile() ?? false
  const walk: Walk = {
    folder, within: { given: resolve(within), real: realpathSync(within) }, count: chartLimits(folder), files: [], reads: ignored ? [ignoreFile] : [],
    ignores: helmIgnore(ignored ? readFileSync(ignoreFile, 'utf8') : '', ignoreFile),
  }
  visit({ place: folder, prefix: '', above: [realpathSync(folder)] }, walk)
  if (!walk.files.some(({ path }) => path === 'Chart.yaml')) throw noChart(folder, missing(folder), within)
  return { files: walk.files.sort((a, b) => a.path < b.path ? -1 : 1), reads: [...new Set(walk.reads)].sort() }
}

function visit({ place, prefix, above }: Stop, walk: Walk): void {
  for (const entry of readdirSync(place, { withFileTypes: true, encoding: 'buffer' }).sort(byName)) {
    const name = entry.name.toString()
    const [path, file] = [prefix + name, join(place, name)]
    const fault = faultOf(entry.name, path)
    if (fault !== undefined && !walk.ignores(path, entry.isDirectory())) throw unnamed(file, fault)
    if (fault !== undefined) continue
    const real = entry.isSymbolicLink() ? followed(file, walk) : file
    const status = entry.isDirectory() ? undefined : statSync(real)
    const folder = status?.isDirectory() ?? true
    if (walk.ignores(path, folder)) continue
    if (real !== file) take(file, real, walk)
    if (!folder) addFile(path, { file: real, status: status as Stats }, walk)
    else visit({ place: real, prefix: `${path}/`, above: [...above, notAbove(file, real, above)] }, walk)
  }
}

/** Where a link leads; helm follows them in what it leaves out, too. */
function followed(file: string, { within }: Walk): string {
  try {
    const target = realpathSync(file)
    return isInside(target, within.real) ? join(within.given, relative(within.real, target)) : target
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw unusable(file, code === 'ELOOP' ? 'it leads back to itself' : 'what it leads to is not there', error)
  }
}

function take(file: string, target: string, { within, reads }: Walk): void {
  if (!isInside(target, within.given)) throw unusable(file, `it leads to ${target}, outside of ${within.given}`)
  reads.push(file)
}

function notAbove(file: string, place: string, above: readonly string[]): string {
  const real = realpathSync(place)
  if (above.includes(real)) throw unusable(file, 'it leads back to a folder that it lies in')
  return real
}

function addFile(path: string, { file, status }: { readonly file: string; readonly status: Stats }, { folder, count, files, reads }: Walk): void {
  if (!status.isFile()) {
    throw new ReleaseError(`Cannot use the chart ${folder}: ${path} is no file`, { code: 'FILES', hint: 'Remove it, or leave it out with a line in .helmignore.' })
  }
  // Nobody waits for gigabytes to be told that they are too many.
  if (status.size > fileLimit) count(path, status.size)
  const bytes = readFileSync(file)
  count(path, bytes.length)
  files.push({ path, bytes })
  reads.push(file)
}

function faultOf(bytes: Buffer, path: string): string | undefined {
  const name = bytes.toString()
  if (!Buffer.from(name).equals(bytes)) return 'it is no UTF-8'
  if (name.includes('\\')) return 'helm takes its backslash for the end of a folder'
  if (/[\u0000-\u001f\u007f]/.test(name)) return 'it has a control character'
  return path.startsWith('..') || /^[a-zA-Z]:$/.test(path) ? 'helm takes it for what leads outside' : undefined
}

function unnamed(file: string, fault: string): ReleaseError {
  return new ReleaseError(`Cannot use the name of ${JSON.stringify(file)}: ${fault}`, { code: 'NAME', hint: 'Give it another name, or leave it out with a line in .helmignore.' })
}

function byName({ name: a }: Dirent<Buffer>, { name: b }: Dirent<Buffer>): number {
  return Buffer.compare(a, b)
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !/^\.\.[/\\]/.test(way) && !isAbsolute(way)
}

function isFolder(path: string): boolean {
  return statusOf(path)?.isDirectory() ?? false
}

function statusOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false })
}

function missing(folder: string): string {
  if (statusOf(join(folder, 'Chart.yaml'))?.isFile()) return 'its Chart.yaml is left out by .helmignore'
  return statusOf(join(folder, 'Chart.yml')) ? 'it has a Chart.yml in place of a Chart.yaml' : 'it has no Chart.yaml'
}

function noChart(folder: string, why: string, within: string): ReleaseError {
  const other = nearestChart(folder, within)
  return new ReleaseError(`Cannot use ${folder} as a chart: ${why}`, {
    code: 'FILES', hint: other === undefined ? 'Name a folder with a Chart.yaml, or make one: slipway init --chart' : `Did you mean ${other}?`,
  })
}

function unusable(link: string, why: string, cause?: unknown): ReleaseError {
  return new ReleaseError(`Cannot follow the link ${link}: ${why}`, { code: 'FILES', cause, hint: 'Put a file in its place, or leave it out with a line in .helmignore.' })
}

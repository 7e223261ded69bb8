import { gunzipSync } from 'node:zlib'
import { ReleaseError } from '../../../values/errors.ts'
import { isMapping } from '../../mapping.ts'
import { readTar } from '../../tar-reader.ts'
import type { ChartFile } from '../chart-file.ts'
import { chartError, type ChartFinding } from './finding.ts'
import { readYaml } from './read-yaml.ts'

/** A chart with the charts that lie in it, as Helm loads them. */
export interface OpenChart {
  /** What stands before the names of its files: empty, or `charts/redis/`. */
  readonly prefix: string
  /** What Chart.yaml says, or an empty mapping where it cannot be read. */
  readonly metadata: Metadata
  /** By path within the chart; without the charts in it. */
  readonly files: ReadonlyMap<string, string>
  readonly subcharts: readonly OpenChart[]
  /** What keeps Helm from loading it. */
  readonly findings: readonly ChartFinding[]
}

export type Metadata = Readonly<Record<string, unknown>>

/** Bytes that a chart in an archive may unpack to; Helm's own limit. */
const mostBytes = 100 * 1024 * 1024

/** Opens a chart that is in memory; Helm passes over hidden files in templates/. Source: pkg/chart/loader/load.go of Helm 3. */
export async function openChart(files: readonly ChartFile[], prefix = ''): Promise<OpenChart> {
  const own = new Map(files.filter(({ path }) => !/^(charts\/|templates\/\.)/.test(path)).map(({ path, bytes }) => [path, textOf(bytes)]))
  const { metadata, findings } = readMetadata(own, prefix)
  const opened = await Promise.all(subchartsOf(files).map(([name, inner]) => openSubchart(name, inner, prefix)))
  return {
    prefix, metadata, files: own,
    subcharts: opened.flatMap(({ chart }) => chart ?? []),
    findings: [...findings, ...opened.flatMap(one => one.findings)],
  }
}

/** A chart and all within it. */
export function eachChart(chart: OpenChart): readonly OpenChart[] {
  return [chart, ...chart.subcharts.flatMap(eachChart)]
}

export function nameOf({ metadata: { name } }: OpenChart): string {
  return typeof name === 'string' ? name : ''
}

/** The mappings below `dependencies`. */
export function dependenciesOf({ metadata: { dependencies } }: OpenChart): readonly Metadata[] {
  return Array.isArray(dependencies) ? dependencies.filter(isMapping) : []
}

/** Whether it is rendered only through what others include. */
export function isLibrary({ metadata }: OpenChart): boolean {
  return metadata['type'] === 'library'
}

/** What charts depended on stood in requirements.yaml for Helm 2, and is still read from there. */
function readMetadata(files: ReadonlyMap<string, string>, prefix: string): Pick<OpenChart, 'metadata' | 'findings'> {
  const chart = readHead(files.get('Chart.yaml'), `${prefix}Chart.yaml`)
  const text = files.get('requirements.yaml')
  if (text === undefined || chart.findings.length > 0) return chart
  const { value, findings } = readYaml(text, `${prefix}requirements.yaml`)
  return { metadata: { ...chart.metadata, ...isMapping(value) && 'dependencies' in value && { dependencies: value['dependencies'] } }, findings }
}

function readHead(text: string | undefined, file: string): Pick<OpenChart, 'metadata' | 'findings'> {
  if (text === undefined) return { metadata: {}, findings: [chartError(file, 'there is no such file')] }
  const { value, findings } = readYaml(text, file)
  const template = /^(name|version|appVersion):.*\{\{/m.exec(text)
  if (template) return { metadata: {}, findings: [templated(text, template.index, file)] }
  if (findings.length > 0) return { metadata: {}, findings }
  if (isMapping(value)) return { metadata: value, findings: [] }
  return { metadata: {}, findings: [chartError(file, 'it holds no mapping of names to values')] }
}

function templated(text: string, at: number, file: string): ChartFinding {
  const line = text.slice(0, at).split('\n').length
  return chartError(file, 'it is no template, and {{ stands in it', { line, hint: 'Write what is meant; the release writes version and appVersion.' })
}

type Subchart = readonly [name: string, files: readonly ChartFile[]]

/** What lies in charts/, by the first part of its path; names with `_` or `.` before them are not charts. */
function subchartsOf(files: readonly ChartFile[]): readonly Subchart[] {
  const found = new Map<string, ChartFile[]>()
  for (const { path, bytes } of files) {
    const [, name, rest] = /^charts\/([^/]+)(?:\/(.+))?$/s.exec(path) ?? []
    if (name === undefined || /^[_.]/.test(name) || path.endsWith('.prov')) continue
    found.set(name, [...found.get(name) ?? [], { path: rest ?? '', bytes }])
  }
  return [...found].sort(([left], [right]) => left < right ? -1 : 1)
}

interface Opened {
  readonly chart?: OpenChart
  readonly findings: readonly ChartFinding[]
}

async function openSubchart(name: string, files: readonly ChartFile[], prefix: string): Promise<Opened> {
  const place = `${prefix}charts/${name}`
  try {
    const inner = name.endsWith('.tgz') ? await unpack(files[0]?.bytes ?? new Uint8Array(0), place) : files.filter(({ path }) => path !== '')
    if (inner.length === 0) return { findings: [] }   // a file that lies about in charts/
    const chart = await openChart(inner, `${place}/`)
    return { chart, findings: chart.findings }
  } catch (error) {
    if (error instanceof ReleaseError) return { findings: [chartError(place, error.message, error.hint === undefined ? {} : { hint: error.hint })] }
    throw error
  }
}

/** The files of a packaged chart, without the folder that they all lie in. */
async function unpack(bytes: Uint8Array, file: string): Promise<readonly ChartFile[]> {
  const files: ChartFile[] = []
  for await (const { name, type, body } of readTar(once(decompressed(bytes, file)), file)) {
    if (type !== 'file') continue
    const parts: Uint8Array[] = []
    for await (const part of body) parts.push(part)
    const path = name.replace(/^(\.\/)?[^/]+\//, '')
    if (path !== name) files.push({ path, bytes: Buffer.concat(parts) })
  }
  return files
}

function decompressed(bytes: Uint8Array, file: string): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: mostBytes })
  } catch (cause) {
    throw new ReleaseError(`Cannot read ${file}: ${(cause as Error).message}`, { code: 'FILES', hint: 'Fetch the dependency again.', cause })
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8')
}

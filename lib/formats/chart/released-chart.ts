import { ReleaseError } from '../../values/errors.ts'
import { editYaml, type YamlEdit } from '../yaml/edit.ts'
import { parseYaml } from '../yaml.ts'
import { mergeAnnotations } from './artifact-hub.ts'
import { checkHubAnnotations } from './artifact-hub-written.ts'
import type { ChartFile } from './chart-file.ts'
import type { ChartMetadata } from './chart-metadata.ts'
import { chartMetadata } from './chart-yaml.ts'
import { pinEdits, type PinnedImages } from './pins.ts'
import { subchartValues } from './subchart-values.ts'

export interface ChartRelease {
  /** The chart as the project has it, with what it depends on, sorted. */
  readonly files: readonly ChartFile[]
  /** What errors call its folder: `chart`. */
  readonly folder: string
  /** What Chart.yaml has to call it. */
  readonly name: string
  readonly version: string
  readonly appVersion: string
  readonly pinned: readonly PinnedImages[]
  /** Annotations that the release knows, and those that build.ts gives. */
  readonly computed: Readonly<Record<string, string>>
  readonly given: Readonly<Record<string, string>>
}

export interface ReleasedChart {
  readonly files: readonly ChartFile[]
  /** As it is released. */
  readonly metadata: ChartMetadata
}

/**
 * A chart with the release's version and images in it; every other byte stays.
 * @throws ReleaseError (FILES, NAME) for a Chart.yaml or values.yaml that cannot be written so
 */
export async function releasedChart(release: ChartRelease): Promise<ReleasedChart> {
  const { files, folder, name, version, appVersion, computed, given } = release
  const [chartFile, valuesFile] = [`${folder}/Chart.yaml`, `${folder}/values.yaml`]
  const own = textOf(files, 'Chart.yaml') ?? ''
  const { name: written, annotations = {} } = chartMetadata(own, chartFile)
  if (written !== name) throw misnamed(chartFile, written, name)
  checkHubAnnotations(annotations, chartFile)
  const merged = Object.entries(mergeAnnotations({ own: annotations, computed, given })).filter(([key, value]) => annotations[key] !== value)
  const text = editYaml(own, chartFile, [
    { path: 'version', value: version }, { path: 'appVersion', value: appVersion, insert: true },
    ...merged.map(([key, value]): YamlEdit => ({ path: ['annotations', key], value, insert: true })),
  ])
  const values = await pinnedValues(release, valuesFile)
  return {
    metadata: chartMetadata(text, chartFile, { released: true }),
    files: replaced(files, new Map([['Chart.yaml', text], ...values === undefined ? [] : [['values.yaml', values]] as const])),
  }
}

/** A path that only a subchart's values have is written into the chart's own, which go before them. */
async function pinnedValues({ files, pinned }: ChartRelease, file: string): Promise<string | undefined> {
  const edits = pinned.flatMap(pinEdits)
  if (edits.length === 0) return undefined
  const text = textOf(files, 'values.yaml')
  if (text === undefined) throw new ReleaseError(`Cannot write images into ${file}: there is no such file`, { code: 'FILES', hint: 'Add it, with the values that build.ts names as pin.' })
  const known = parseYaml(text, file)
  const absent = edits.filter(({ path }) => !has(known, path))
  const below = absent.length === 0 ? {} : await subchartValues(files)
  return editYaml(text, file, edits.map(edit => absent.includes(edit) && has(below, edit.path) ? { ...edit, insert: true } : edit))
}

function has(value: unknown, path: YamlEdit['path']): boolean {
  const keys = typeof path === 'string' ? path.split('.') : path
  let at = value
  for (const key of keys) {
    if (typeof at !== 'object' || at === null || Array.isArray(at) || !Object.hasOwn(at, key)) return false
    at = (at as Readonly<Record<string, unknown>>)[key]
  }
  return true
}

function replaced(files: readonly ChartFile[], texts: ReadonlyMap<string, string>): readonly ChartFile[] {
  return files.map(file => {
    const text = texts.get(file.path)
    return text === undefined ? file : { ...file, bytes: new TextEncoder().encode(text) }
  })
}

function textOf(files: readonly ChartFile[], path: string): string | undefined {
  const found = files.find(file => file.path === path)
  return found && new TextDecoder('utf-8', { ignoreBOM: true }).decode(found.bytes)
}

function misnamed(file: string, written: string, name: string): ReleaseError {
  return new ReleaseError(`Cannot release the chart ${name}: ${file} calls it ${written}`, {
    code: 'NAME', hint: `Write name: ${name} there, or give chart() the option name: '${written}'.`,
  })
}

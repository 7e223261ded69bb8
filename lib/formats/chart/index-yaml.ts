import { isDeepStrictEqual } from 'node:util'
import { ReleaseError } from '../../values/errors.ts'
import { compareTags, versionTag } from '../version-tag.ts'
import { yamlText } from '../yaml-text.ts'
import { entryFields, type IndexEntry } from './index-yaml-entry.ts'
import { isCalled, itemsOf, keysOf, linesOf, type Keyed, type Line } from './index-yaml-lines.ts'
import { isVersion, listedVersion, readIndex, unusable, type ChartIndex } from './index-yaml-read.ts'

/** Text that takes the place of what stands from `start` to `end`. */
interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Where the parts of an index stand in its text. */
interface Places {
  readonly top: readonly Keyed[]
  readonly entries: Keyed
  readonly charts: readonly Keyed[]
}

/**
 * The text of a classic repository's index with one version of a chart more: the newest first, as helm sorts them. All that
 * was there stays as it is, byte for byte, but for `generated`, which becomes the entry's time. A version that is there with
 * the same digest changes nothing. Source: https://helm.sh/docs/topics/chart_repository, "The index file".
 * @param existing what there is; undefined where there is no index yet
 * @param file what errors call it
 * @throws ReleaseError (FILES) for a text that helm could not read, or that has a form to which nothing can be added,
 * (DESTINATION) where the version is there with another digest
 */
export function mergeIndex(existing: string | undefined, file: string, entry: IndexEntry): string {
  const fields = entryFields(entry)
  const { name } = entry.metadata
  if (existing === undefined) return yamlText({ apiVersion: 'v1', entries: { [name]: [fields] }, generated: entry.created })
  const index = readIndex(existing, file)
  const listed = versionsOf(index, name)
  if (isThere(listed, entry, file)) return existing
  const at = placeAmong(listed, entry.metadata.version)
  const places = placesIn(existing, file)
  const edits = [...insertion(places, { name, fields, at, listed }, file), ...generatedAt(places, entry.created)]
  return checked(edited(existing, edits), file, {
    ...index.value, entries: { ...index.value['entries'] as object, [name]: listed.toSpliced(at, 0, JSON.parse(JSON.stringify(fields))) },
    ...'generated' in index.value && { generated: entry.created },
  })
}

/** Whether an index lists a version of a chart with that digest. @throws ReleaseError as `mergeIndex` */
export function isListed(existing: string | undefined, file: string, entry: IndexEntry): boolean {
  return existing !== undefined && isThere(versionsOf(readIndex(existing, file), entry.metadata.name), entry, file)
}

/**
 * The text of an index without a version of a chart: what `mergeIndex` added is gone, all else stays as it is. Where another
 * package has the version, that stays.
 * @throws ReleaseError (FILES) as `mergeIndex`
 */
export function withoutEntry(existing: string, file: string, { metadata: { name, version }, digest }: Pick<IndexEntry, 'digest'> & { readonly metadata: Pick<IndexEntry['metadata'], 'name' | 'version'> }): string {
  const index = readIndex(existing, file)
  const listed = versionsOf(index, name)
  const at = listed.map(listedVersion).findIndex(one => isVersion(one, version) && one.digest === bare(digest))
  if (at < 0) return existing
  const places = placesIn(existing, file)
  const chart = places.charts.find(one => isCalled(one, name))
  const items = chart ? itemsOf(chart.lines) : []
  const item = items[at]
  if (!chart || !item || items.length !== listed.length) throw unusable(file, `the versions of ${name} are written in a form that cannot be changed`, byHelm)
  const left = listed.toSpliced(at, 1)
  const { [name]: _gone, ...others } = index.value['entries'] as Record<string, unknown>
  const entries = left.length > 0 ? { ...others, [name]: left } : others
  return checked(edited(existing, removal(places, chart, items, at)), file, { ...index.value, entries })
}

function versionsOf({ entries }: ChartIndex, name: string): readonly unknown[] {
  return Object.hasOwn(entries, name) ? entries[name] ?? [] : []
}

function bare(digest: string): string {
  return digest.replace(/^sha256:/, '')
}

const byHelm = 'Have helm write it: helm repo index --merge.'

/** @throws ReleaseError (DESTINATION) where another package has the version */
function isThere(listed: readonly unknown[], { metadata: { name, version }, digest }: IndexEntry, file: string): boolean {
  const found = listed.map(listedVersion).filter(one => isVersion(one, version))
  const other = found.find(one => one.digest !== bare(digest))
  if (!other) return found.length > 0
  const there = other.digest === undefined ? 'without a digest' : `as sha256:${other.digest}`
  throw new ReleaseError(`Cannot add ${name} ${version} to ${file}: it is there ${there}, not ${digest}`, {
    code: 'DESTINATION', hint: 'A version is published once: release a new one, or take that one out of the index if nobody has used it.',
  })
}

/** Before the first that is older; those that are no versions come last. */
function placeAmong(listed: readonly unknown[], version: string): number {
  const own = versionTag(version)
  const at = listed.findIndex(item => {
    const other = versionTag(listedVersion(item).version ?? '')
    return !other || (own !== undefined && compareTags(other, own) < 0)
  })
  return at < 0 ? listed.length : at
}

function placesIn(text: string, file: string): Places {
  const top = keysOf(linesOf(text), text.length)
  const entries = top.find(one => isCalled(one, 'entries'))
  if (!entries || !['', '{}', 'null', '~'].includes(entries.value)) throw unusable(file, 'its entries are not written line by line', byHelm)
  return { top, entries, charts: keysOf(entries.lines, entries.end) }
}

interface Addition {
  readonly name: string
  readonly fields: ReturnType<typeof entryFields>
  readonly at: number
  readonly listed: readonly unknown[]
}

function insertion({ entries, charts }: Places, { name, fields, at, listed }: Addition, file: string): readonly Edit[] {
  const chart = charts.find(one => isCalled(one, name))
  const column = charts[0]?.key.indent ?? 2
  if (!chart) {
    const next = charts.find(({ key }) => nameOf(key) > name)
    const start = next ? next.key.from : charts.length > 0 ? entries.end : entries.key.end
    return [...emptied(entries), { start, end: start, text: `${' '.repeat(column)}${yamlText({ [name]: [fields] }, column)}` }]
  }
  const items = itemsOf(chart.lines)
  if (items.length !== listed.length || !['', '[]', 'null', '~'].includes(chart.value)) throw unusable(file, `the versions of ${name} are not written line by line`, byHelm)
  const indent = items[0]?.indent ?? column
  const start = items[at]?.from ?? (items.length > 0 ? chart.end : chart.key.end)
  return [...emptied(chart), { start, end: start, text: `${' '.repeat(indent)}${yamlText([fields], indent)}` }]
}

/** Takes away `{}`, `[]` or `null`: what was empty gets lines. */
function emptied({ value, valueAt }: Keyed): readonly Edit[] {
  return value === '' ? [] : [{ start: valueAt - 1, end: valueAt + value.length, text: '' }]
}

function removal({ entries, charts }: Places, chart: Keyed, items: readonly Line[], at: number): readonly Edit[] {
  const item = items[at] as Line
  if (items.length > 1) return [{ start: item.start, end: items[at + 1]?.from ?? chart.end, text: '' }]
  const lines = { start: chart.key.start, end: chart.end, text: '' }
  if (charts.length > 1) return [lines]
  const { key: { start, text } } = entries
  return [{ start: start + text.indexOf(':') + 1, end: start + text.indexOf(':') + 1, text: ' {}' }, lines]
}

function generatedAt({ top }: Places, created: string): readonly Edit[] {
  const generated = top.find(one => isCalled(one, 'generated'))
  return generated ? [{ start: generated.valueAt, end: generated.valueAt + generated.value.length, text: yamlText(created).trimEnd() }] : []
}

function nameOf({ text }: Line): string {
  return text.replace(/\s*:.*$/, '').replace(/^(["'])(.*)\1$/, '$2')
}

/** The last edit first, so that the places of the others hold; what is put in has the file's own line ends. */
function edited(text: string, edits: readonly Edit[]): string {
  const newline = /\r\n/.test(text) ? '\r\n' : '\n'
  return [...edits].sort((a, b) => b.start - a.start || b.end - a.end).reduce((whole, { start, end, text: put }) => {
    const before = whole.slice(0, start)
    const parted = put.includes('\n') && before !== '' && !before.endsWith('\n') ? newline : ''
    return `${before}${parted}${put.replaceAll('\n', newline)}${whole.slice(end)}`
  }, text)
}

/** YAML has more forms than these places are found by: what was put together is read again, and has to be what was meant. */
function checked(text: string, file: string, wanted: ChartIndex['value']): string {
  if (isDeepStrictEqual(reread(text, file), normalized(wanted))) return text
  throw unusable(file, 'it has a form that nothing can be changed in without changing more', byHelm)
}

function reread(text: string, file: string): unknown {
  try {
    return normalized(readIndex(text, file).value)
  } catch (error) {
    if (error instanceof ReleaseError) return undefined
    throw error
  }
}

/** Entries of charts that have no versions may be left out. */
function normalized(value: ChartIndex['value']): unknown {
  return { ...value, entries: value['entries'] ?? {} }
}

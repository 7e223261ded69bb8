import type { Digest } from '../../values/descriptor.ts'
import type { Json } from '../../values/json.ts'

type Fields = { readonly [name: string]: Json | undefined }

/** What Chart.yaml says, as the configuration of a chart's OCI artifact has it. */
export interface IndexedMetadata extends Fields {
  readonly name: string
  readonly version: string
}

/** A version of a chart as a classic repository lists it. */
export interface IndexEntry {
  readonly metadata: IndexedMetadata
  /** Of the package. */
  readonly digest: Digest
  /** Where the package is, absolute or relative to the index. */
  readonly urls: readonly string[]
  /** The commit's time in UTC: `2026-11-21T08:51:00Z`. */
  readonly created: string
}

/** All that helm reads an entry with: one field more, and it refuses the whole index. Source: helm's chart.Metadata. */
const known = [
  'annotations', 'apiVersion', 'appVersion', 'condition', 'dependencies', 'deprecated', 'description', 'home', 'icon', 'keywords', 'kubeVersion', 'maintainers',
  'name', 'sources', 'tags', 'type', 'version',
]
const inside: Readonly<Record<string, readonly string[]>> = {
  dependencies: ['alias', 'condition', 'enabled', 'import-values', 'name', 'repository', 'tags', 'version'],
  maintainers: ['email', 'name', 'url'],
}

/** An entry of index.yaml, its fields sorted, as helm writes it: what is empty or unknown to helm is left out, the digest is bare. */
export function entryFields({ metadata, digest, urls, created }: IndexEntry): Fields {
  const own = known.flatMap(name => isEmpty(metadata[name]) ? [] : [[name, cleaned(name, metadata[name])] as const])
  const fields = { apiVersion: 'v1', ...Object.fromEntries(own), created, digest: digest.replace(/^sha256:/, ''), urls }
  return sorted(fields) as Fields
}

function cleaned(name: string, value: Json | undefined): Json | undefined {
  const fields = inside[name]
  if (fields === undefined || !Array.isArray(value)) return value
  return value.map((item: Json) => isFields(item) ? Object.fromEntries(Object.entries(item).filter(([field, part]) => fields.includes(field) && !isEmpty(part))) : item)
}

function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '' || value === false) return true
  return typeof value === 'object' && Object.keys(value).length === 0
}

function sorted(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map((item: Json) => sorted(item) ?? null)
  if (!isFields(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([name, item]) => [name, sorted(item)]))
}

function isFields(value: Json | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

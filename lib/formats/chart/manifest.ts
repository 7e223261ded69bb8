import type { Descriptor } from '../../values/descriptor.ts'
import type { ChartMaintainer, ChartMetadata } from './chart-metadata.ts'
import { goJson, goMap, goStruct, type GoValue } from './go-json.ts'

export interface ChartManifestParts {
  readonly metadata: ChartMetadata
  /** Of what `chartConfig` gives. */
  readonly config: Descriptor
  /** Of the package. */
  readonly content: Descriptor
  /** Of the signed provenance file. */
  readonly provenance?: Descriptor
  /** The commit's time, in UTC: `2026-11-21T12:00:00Z`. */
  readonly created: string
}

/**
 * The manifest of a chart in a registry, with the bytes that `helm push` gives it: helm 3.19.0 and 4.3.1 give the same where the
 * package's file was last written at `created` and TZ is UTC. No media type stands in it, because none does there.
 */
export function chartManifest({ metadata, config, content, provenance, created }: ChartManifestParts): Uint8Array {
  const layers = [content, ...provenance ? [provenance] : []].sort((a, b) => a.digest < b.digest ? -1 : 1)
  const manifest = goStruct({
    schemaVersion: 2, config: descriptorValue(config), layers: layers.map(descriptorValue), annotations: goMap(annotationsOf(metadata, created)),
  })
  return new TextEncoder().encode(goJson(manifest))
}

/** Annotations of Chart.yaml go before what is made of its fields, but for title and version, which have to be true. */
function annotationsOf({ name, version, description, home, sources, maintainers, annotations = {} }: ChartMetadata, created: string): Readonly<Record<string, string>> {
  const fields = {
    title: name, version, description, url: home, created, source: sources?.[0], authors: maintainers && authorsOf(maintainers),
  }
  const made = Object.entries(fields).flatMap(([field, value]) => value === undefined || /^\p{White_Space}*$/u.test(value) ? [] : [[annotation(field), value]])
  const fixed = [annotation('title'), annotation('version')]
  return Object.fromEntries([...made, ...Object.entries(annotations).filter(([key]) => !fixed.includes(key))]) as Readonly<Record<string, string>>
}

function annotation(field: string): string {
  return `org.opencontainers.image.${field}`
}

function authorsOf(maintainers: readonly ChartMaintainer[]): string {
  return maintainers.map(({ name = '', email }) => email === undefined ? name : `${name} (${email})`).join(', ')
}

function descriptorValue({ mediaType, digest, size }: Descriptor): GoValue {
  return goStruct({ mediaType, digest, size })
}

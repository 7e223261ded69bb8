import { ReleaseError } from '../values/errors.ts'
import type { OciDescriptor } from './descriptor.ts'
import { reader, type Refuse } from './field-reader.ts'
import type { Index, Manifest } from './manifest.ts'
import { isIndexType, isManifestType } from './media-types.ts'
import { parseDescriptor } from './parse-descriptor.ts'
import { documentLimit, parseJson } from './parse-json.ts'

/** Bytes that a manifest may have. */
export const manifestLimit = documentLimit

/** Entries that one manifest may have, so that nobody makes us ask for a million of them. */
const entryLimit = 10_000

type Fields = Readonly<Record<string, unknown>>

/**
 * Reads a manifest or an index, OCI's or Docker's. What is passed on are its bytes, never this value: fields that are not
 * known here are not in it.
 * @param descriptor what it was asked for as; its bytes were checked against that before
 * @throws ReleaseError (REGISTRY) where it is no JSON object of at most 4 MiB, (IMAGE) where it is no manifest that can be used
 */
export function parseManifest(bytes: Uint8Array, descriptor: OciDescriptor): Manifest | Index {
  const refuse: Refuse = why => new ReleaseError(`Cannot use the manifest ${descriptor.digest}: ${why}`, {
    code: 'IMAGE', hint: 'Build and push the image again with a tool that writes OCI or Docker schema 2 manifests.',
  })
  const value = parseJson(bytes, `the manifest ${descriptor.digest}`)
  if (value['schemaVersion'] !== 2) throw refuse(schemaProblem(value['schemaVersion']))
  const read = reader(value, 'the manifest', refuse)
  const { mediaType = '' } = read.text('mediaType')
  const index = listsManifests(value, [mediaType, descriptor.mediaType], refuse)
  const { subject } = value
  return {
    schemaVersion: 2, ...read.text('mediaType'), ...read.text('artifactType'),
    ...index
      ? { manifests: entriesOf(value['manifests'], 'manifest', refuse) }
      : { config: configOf(value, refuse), layers: entriesOf(value['layers'], 'layer', refuse) },
    ...subject !== undefined && subject !== null && { subject: parseDescriptor(subject, 'its subject', refuse) },
    ...read.record('annotations'),
  }
}

/** Whether it lists manifests, not layers. */
export function isIndex(manifest: Manifest | Index): manifest is Index {
  return 'manifests' in manifest
}

/** What has to be there before it: config and layers, or the manifests that it lists. Its subject need not be. */
export function childrenOf(manifest: Manifest | Index): readonly OciDescriptor[] {
  return isIndex(manifest) ? manifest.manifests : [manifest.config, ...manifest.layers]
}

function schemaProblem(version: unknown): string {
  if (version === 1) return 'it has the form of Docker schema 1, which nothing writes since 2017'
  return version === undefined ? 'it has no schemaVersion' : `its schemaVersion is ${JSON.stringify(version)}, not 2`
}

/**
 * Whether it is an index, by its own media type, by the one it was asked for as, or by its form. A document that one reader
 * takes for an index and another for a manifest is refused: CVE-2021-41190.
 */
function listsManifests(value: Fields, [own, asked]: readonly [own: string, asked: string], refuse: Refuse): boolean {
  const isKnown = (type: string): boolean => isIndexType(type) || isManifestType(type)
  if (own !== '' && !isKnown(own)) throw refuse(`its media type ${JSON.stringify(own)} is no image's`)
  if (own !== '' && own !== asked && isKnown(asked)) throw refuse(`its media type is ${own}, but it was asked for as ${asked}`)
  const has = (name: string): boolean => value[name] !== undefined && value[name] !== null
  if (has('manifests') && (has('layers') || has('config'))) throw refuse('it has both manifests and layers')
  const type = own === '' ? asked : own
  return isKnown(type) ? isIndexType(type) : has('manifests')
}

function configOf(value: Fields, refuse: Refuse): OciDescriptor {
  if (value['config'] === undefined || value['config'] === null) throw refuse('it has no config')
  return parseDescriptor(value['config'], 'its config', refuse)
}

/** Go writes a list that is empty as null. */
function entriesOf(value: unknown, kind: 'manifest' | 'layer', refuse: Refuse): readonly OciDescriptor[] {
  if (value === null) return []
  if (!Array.isArray(value)) throw refuse(`it has no list of ${kind}s`)
  if (value.length > entryLimit) throw refuse(`it has ${value.length} ${kind}s, more than ${entryLimit}`)
  return value.map((entry, index) => parseDescriptor(entry, `${kind} ${index + 1}`, refuse))
}

import type { Digest } from '../values/descriptor.ts'
import { digestOf } from '../values/digest.ts'
import { ReleaseError } from '../values/errors.ts'
import type { Json } from '../values/json.ts'
import type { OciDescriptor } from './descriptor.ts'
import { jsonBytes } from './json-bytes.ts'
import { mediaTypes } from './media-types.ts'
import { isIndex, manifestLimit, parseManifest } from './parse-manifest.ts'
import { isObject } from './parse-json.ts'

/** What a shared cache has under one key. */
export interface CacheEntry {
  readonly key: Digest
  /** What was made or read. */
  readonly value: Json
  /** What it refers to; `data` where the bytes come along with the entry. */
  readonly blobs: readonly CachedBlob[]
}

export interface CachedBlob {
  readonly digest: Digest
  /** Bytes. */
  readonly size: number
  readonly data?: Uint8Array
}

/** An entry as a registry takes it: first the blobs, its own configuration among them, then the manifest. */
export interface PackedEntry {
  readonly manifest: { readonly bytes: Uint8Array; readonly mediaType: string }
  readonly config: OciDescriptor
  readonly configBytes: Uint8Array
}

/** OCI image specification 1.1, "guidelines for artifact usage". */
const artifactType = 'application/vnd.slipway.cache.v1'
const configType = 'application/vnd.slipway.cache.value.v1+json'

/** Whatever a blob is elsewhere, a registry is not to take it for a manifest. */
export const blobType = 'application/vnd.slipway.cache.blob.v1'

/** Bytes of blobs that come along with an entry together, base64 apart: a request more costs more than they do. */
export const inlineLimit = 512 * 1024

/** Writes an entry; undefined where it is more than a manifest can hold: OCI distribution specification 1.1, "pushing manifests". */
export function packEntry({ key, value, blobs }: CacheEntry): PackedEntry | undefined {
  const configBytes = jsonBytes({ slipway: 1, key, value })
  const config = { mediaType: configType, ...described(configBytes) }
  // A list of layers must not be empty: OCI image specification 1.1, "image manifest".
  const layers = blobs.length === 0 ? [config] : blobs.map(({ digest, size, data }) =>
    ({ mediaType: blobType, digest, size, ...data === undefined ? {} : { data: base64(data) } }))
  const bytes = jsonBytes({ schemaVersion: 2, mediaType: mediaTypes.manifest, artifactType, config: { ...config, data: base64(configBytes) }, layers })
  return bytes.length > manifestLimit ? undefined : { manifest: { bytes, mediaType: mediaTypes.manifest }, config, configBytes }
}

/**
 * Reads the entry of a key; what comes along in it is hashed.
 * @param where what errors call it: `ghcr.io/example/cache`
 * @throws ReleaseError (CONTENT) where it is none, or another key's
 */
export function unpackEntry(bytes: Uint8Array, descriptor: OciDescriptor, key: Digest, where: string): CacheEntry {
  try {
    const manifest = parseManifest(bytes, descriptor)
    if (isIndex(manifest) || manifest.artifactType !== artifactType) throw new Error('it is something else')
    const config = inlined(manifest.config)
    const value = config && JSON.parse(Buffer.from(config).toString()) as unknown
    if (!isObject(value) || value['slipway'] !== 1 || value['key'] !== key || value['value'] === undefined) throw new Error('it does not say that it belongs to this key')
    const blobs = manifest.layers.filter(({ mediaType }) => mediaType === blobType).map(layer => {
      const data = inlined(layer)
      return { digest: layer.digest, size: layer.size, ...data === undefined ? {} : { data } }
    })
    return { key, value: value['value'] as Json, blobs }
  } catch (cause) {
    throw new ReleaseError(`Cannot use what ${where} has for ${key.slice(0, 19)}: ${(cause as Error).message}`, { code: 'CONTENT', cause, hint: 'Delete it there: what is missing is made again.' })
  }
}

function inlined({ data, digest, size }: OciDescriptor): Uint8Array | undefined {
  if (data === undefined) return undefined
  const bytes = Buffer.from(data, 'base64')
  if (bytes.length !== size || digestOf(bytes) !== digest) throw new Error(`the bytes that come along are not ${digest}`)
  return bytes
}

function described(bytes: Uint8Array): { readonly digest: Digest; readonly size: number } {
  return { digest: digestOf(bytes), size: bytes.length }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

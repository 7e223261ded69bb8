import type { OciDescriptor } from '../../../lib/oci/descriptor.ts'
import { mediaTypes } from '../../../lib/oci/media-types.ts'
import type { OciPlatform } from '../../../lib/oci/oci-platform.ts'
import type { Store } from '../../../lib/oci/store.ts'
import { digestOf } from '../../../lib/values/digest.ts'

export interface SampleImage {
  readonly platform?: OciPlatform
  /** The bytes of each layer, as text. */
  readonly layers?: readonly string[]
  readonly annotations?: Readonly<Record<string, string>>
  readonly subject?: OciDescriptor
  readonly artifactType?: string
  readonly mediaType?: string
}

/** Pushes bytes and tells what they are. */
export async function addBlob(store: Store, mediaType: string, bytes: string | Uint8Array): Promise<OciDescriptor> {
  const all = Buffer.from(bytes)
  const descriptor = { mediaType, digest: digestOf(all), size: all.length }
  await store.push(descriptor, async function* () { yield all })
  return descriptor
}

/** Pushes an image, or another artifact, whose layers are no real ones. */
export async function addImage(store: Store, image: SampleImage = {}): Promise<OciDescriptor> {
  const { platform = { os: 'linux', architecture: 'amd64' }, layers = ['a layer'], annotations, subject, artifactType, mediaType = mediaTypes.manifest } = image
  const config = artifactType === undefined
    ? await addBlob(store, mediaTypes.config, JSON.stringify({ ...platform, rootfs: { type: 'layers', diff_ids: layers.map(digestOf) } }))
    : await addBlob(store, mediaTypes.empty, '{}')
  const added = await Promise.all(layers.map(layer => addBlob(store, mediaTypes.gzipLayer, layer)))
  const parts = [config, ...added].map(({ mediaType: type, digest, size }) => ({ mediaType: type, digest, size }))
  const [first, ...rest] = parts
  const manifest = { schemaVersion: 2, mediaType, artifactType, config: first, layers: rest, subject, annotations }
  return { ...await addBlob(store, mediaType, JSON.stringify(manifest)), ...artifactType === undefined && { platform } }
}

/** Pushes an index of manifests that are there. */
export async function addIndex(store: Store, manifests: readonly OciDescriptor[], more: object = {}): Promise<OciDescriptor> {
  return addBlob(store, mediaTypes.index, JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests, ...more }))
}

/** What BuildKit says of how an image was made, as an entry of the image's index. */
export async function addAttestation(store: Store, image: OciDescriptor): Promise<OciDescriptor> {
  const made = await addImage(store, { platform: { os: 'unknown', architecture: 'unknown' }, layers: [`provenance of ${image.digest}`] })
  return { ...made, annotations: { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': image.digest } }
}

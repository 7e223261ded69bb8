import type { OciDescriptor } from '../../lib/oci/descriptor.ts'
import { mediaTypes } from '../../lib/oci/media-types.ts'
import type { Store } from '../../lib/oci/store.ts'
import { digestOf } from '../../lib/values/digest.ts'

export interface Part {
  readonly descriptor: OciDescriptor
  readonly bytes: Buffer
}

export interface TinyImage {
  readonly root: OciDescriptor
  /** In the order in which they can be pushed, the manifest last. */
  readonly parts: readonly Part[]
}

/** Bytes with their descriptor. */
export function described(content: string | Uint8Array, mediaType: string): Part {
  const bytes = Buffer.from(content)
  return { descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length }, bytes }
}

/** An image of a few bytes: a config, a layer, a manifest. Another text makes another one. */
export function imageOf(text: string): TinyImage {
  const layer = described(`layer of ${text}: `.padEnd(4000, text), mediaTypes.layer)
  const config = described(JSON.stringify({ architecture: 'amd64', os: 'linux', author: text, rootfs: { type: 'layers', diff_ids: [layer.descriptor.digest] } }), mediaTypes.config)
  const manifest = described(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.manifest, config: config.descriptor, layers: [layer.descriptor] }), mediaTypes.manifest)
  return { root: manifest.descriptor, parts: [layer, config, manifest] }
}

export async function pushAll(store: Pick<Store, 'push'>, { parts }: TinyImage): Promise<void> {
  for (const { descriptor, bytes } of parts) {
    await store.push(descriptor, async function* () { yield bytes })
  }
}

export async function bytesOf(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of source) parts.push(part)
  return Buffer.concat(parts)
}

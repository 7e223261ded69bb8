import { createHash } from 'node:crypto'
import type { OciDescriptor } from '../../../lib/oci/descriptor.ts'
import { mediaTypes } from '../../../lib/oci/media-types.ts'
import type { Layout } from './layout.ts'

const platform = { architecture: 'unknown', os: 'unknown' }

/**
 * Writes what BuildKit attests of an image, and returns how an index lists it.
 * Source: BuildKit's "Image Attestation Storage".
 */
export async function attestation(layout: Layout, { digest }: OciDescriptor): Promise<OciDescriptor> {
  const predicateType = 'https://slsa.dev/provenance/v0.2'
  const sha256 = digest.slice('sha256:'.length)
  const statement = json({ _type: 'https://in-toto.io/Statement/v0.1', predicateType, subject: [{ name: '_', digest: { sha256 } }], predicate: {} })
  const diffId = `sha256:${createHash('sha256').update(statement).digest('hex')}`
  const layers = [{ ...await layout.put(statement, 'application/vnd.in-toto+json'), annotations: { 'in-toto.io/predicate-type': predicateType } }]
  const config = await layout.put(json({ ...platform, config: {}, rootfs: { type: 'layers', diff_ids: [diffId] } }), mediaTypes.config)
  const made = await layout.put(json({ schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers }), mediaTypes.manifest)
  const annotations = { 'vnd.docker.reference.digest': digest, 'vnd.docker.reference.type': 'attestation-manifest' }
  return { ...made, annotations, platform }
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value, undefined, 2))
}

import { mediaTypes } from '../../../lib/oci/media-types.ts'
import type { OciDescriptor } from '../../../lib/oci/descriptor.ts'
import type { Layout } from './layout.ts'

/** Writes an OCI index, or Docker's manifest list, of these images. */
export async function indexOf(layout: Layout, form: 'docker' | 'oci', manifests: readonly OciDescriptor[]): Promise<OciDescriptor> {
  const docker = form === 'docker'
  const mediaType = docker ? mediaTypes.dockerList : mediaTypes.index
  return layout.put(Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests }, undefined, docker ? 3 : 2)), mediaType)
}

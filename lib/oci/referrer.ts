import type { OciDescriptor } from './descriptor.ts'
import type { Index, Manifest } from './manifest.ts'
import { isIndex } from './parse-manifest.ts'

/**
 * How a manifest with a subject stands in the list of that subject's referrers: with its artifact type and its annotations.
 * OCI distribution specification 1.1, "listing referrers".
 */
export function referrer({ mediaType, digest, size }: OciDescriptor, manifest: Manifest | Index): OciDescriptor {
  const artifactType = manifest.artifactType ?? (isIndex(manifest) ? undefined : manifest.config.mediaType)
  const { annotations } = manifest
  return { mediaType, digest, size, ...artifactType !== undefined && { artifactType }, ...annotations && { annotations } }
}

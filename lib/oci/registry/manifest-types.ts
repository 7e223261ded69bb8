import { isIndexType, isManifestType, mediaTypes } from '../media-types.ts'

/** The Accept header for every manifest that can be used here. */
export const acceptedManifests = [mediaTypes.index, mediaTypes.manifest, mediaTypes.dockerList, mediaTypes.dockerManifest].join(', ')

/** Whether it lies among a registry's manifests, and not among its blobs. */
export function isManifestOrIndex(mediaType: string): boolean {
  return isManifestType(mediaType) || isIndexType(mediaType)
}

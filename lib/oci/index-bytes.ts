import type { PlatformImage } from '../values/image.ts'
import { jsonBytes } from './json-bytes.ts'
import { mediaTypes } from './media-types.ts'
import { platformOfTarget } from './platform.ts'

/** The bytes of an index of images, one for each platform, in the order given: OCI image specification 1.1, "image index". */
export function indexBytes(
  images: readonly Pick<PlatformImage, 'target' | 'mediaType' | 'digest' | 'size'>[], annotations: Readonly<Record<string, string>>,
): { readonly bytes: Uint8Array; readonly mediaType: string } {
  const manifests = images.map(({ mediaType, digest, size, target }) => ({ mediaType, digest, size, platform: platformOfTarget(target) }))
  const index = { schemaVersion: 2, mediaType: mediaTypes.index, manifests, ...(Object.keys(annotations).length > 0 ? { annotations } : {}) }
  return { bytes: jsonBytes(index), mediaType: mediaTypes.index }
}

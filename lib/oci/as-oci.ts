import { ReleaseError } from '../values/errors.ts'
import type { OciDescriptor } from './descriptor.ts'
import type { Index, Manifest } from './manifest.ts'
import { mediaTypes } from './media-types.ts'
import { isIndex } from './parse-manifest.ts'

/** What Docker calls a thing, and what OCI calls the same bytes: OCI image specification 1.1, "compatibility matrix". */
const counterparts: ReadonlyMap<string, string> = new Map([
  [mediaTypes.dockerList, mediaTypes.index],
  [mediaTypes.dockerManifest, mediaTypes.manifest],
  [mediaTypes.dockerConfig, mediaTypes.config],
  [mediaTypes.dockerLayer, mediaTypes.layer],
  [mediaTypes.dockerGzipLayer, mediaTypes.gzipLayer],
  ['application/vnd.docker.image.rootfs.diff.tar.zstd', mediaTypes.zstdLayer],
])

/**
 * A manifest or an index with OCI's media types in place of Docker's. A manifest's config and layers are the same bytes under
 * either name. The entries of an index are not touched: each is of the type that its own bytes name, and an OCI index may
 * list Docker's manifests.
 * @throws ReleaseError (IMAGE) for layers that may not be passed on, and for what OCI has no name for
 */
export function asOci(manifest: Manifest): Manifest
export function asOci(index: Index): Index
export function asOci(value: Manifest | Index): Manifest | Index
export function asOci(value: Manifest | Index): Manifest | Index {
  if (isIndex(value)) return { ...value, mediaType: mediaTypes.index }
  return {
    ...value, mediaType: mediaTypes.manifest, config: asOciDescriptor(value.config), layers: value.layers.map(layer => asOciDescriptor(layer)),
  }
}

/** A descriptor of a config or a layer with OCI's media type in place of Docker's. @throws as `asOci` */
export function asOciDescriptor(descriptor: OciDescriptor): OciDescriptor {
  const { mediaType, digest } = descriptor
  if (/\.(foreign|nondistributable)\./.test(mediaType)) {
    throw new ReleaseError(`Cannot use the layer ${digest}: its license forbids to pass it on, it has the media type ${mediaType}`, {
      code: 'IMAGE', hint: 'Choose a base image without such layers, as all that are not for Windows are.',
    })
  }
  const counterpart = counterparts.get(mediaType)
  if (counterpart === undefined && mediaType.startsWith('application/vnd.docker.')) {
    throw new ReleaseError(`Cannot use ${digest} in an OCI image: there is no OCI media type for ${mediaType}`, {
      code: 'IMAGE', hint: 'Use an image, not a plugin or another artifact of Docker\'s.',
    })
  }
  return counterpart === undefined ? descriptor : { ...descriptor, mediaType: counterpart }
}

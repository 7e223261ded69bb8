import type { LockedImage } from '../formats/lock-file.ts'
import { parseImageConfig } from '../oci/parse-image-config.ts'
import { isIndex } from '../oci/parse-manifest.ts'
import { documentLimit } from '../oci/parse-json.ts'
import { isAttestation } from '../oci/attestation.ts'
import type { OciDescriptor } from '../oci/descriptor.ts'
import type { ImageConfig } from '../oci/image-config.ts'
import type { Index } from '../oci/manifest.ts'
import { isIndexType } from '../oci/media-types.ts'
import type { OciPlatform } from '../oci/oci-platform.ts'
import { normalised, platformText } from '../oci/platform.ts'
import { readManifest, type ReadManifest } from '../oci/read-manifest.ts'
import { parseReference, tagOf } from '../oci/reference.ts'
import type { Registry } from '../oci/registry/registry.ts'
import { smallBlob } from '../oci/small-blob.ts'
import { ReleaseError } from '../values/errors.ts'
import { openRegistry, type RegistryAccess } from './open-registry.ts'

type ImageDescriptor = OciDescriptor & { readonly platform: OciPlatform }

/** Indexes in indexes. */
const deepest = 4

/** A base as its registry has it now. */
export interface ReadBase {
  readonly image: LockedImage
  /** Bytes that its first platform takes to fetch. */
  readonly size: number
}

/**
 * Reads what a base's tag means now: its digest, its platforms, when it was made.
 * @throws ReleaseError (NETWORK, REGISTRY, CREDENTIALS, IMAGE)
 */
export async function readBase(text: string, access: RegistryAccess): Promise<ReadBase> {
  const reference = parseReference(text)
  const registry = await openRegistry(reference, access)
  const root = await registry.resolve(reference.digest ?? tagOf(reference))
  const read = await readManifest(registry, root)
  const { manifest } = read
  if (!isIndex(manifest)) {
    const { config, size } = await configOf(read, text, registry)
    return { image: { ...plain(root), ...createdIn(config), platforms: { [platformOf(config)]: plain(root) } }, size }
  }
  const images = await imagesIn(manifest, registry, text)
  const [first] = images
  if (!first) throw unusable(text, 'its index has no image for Linux')
  const { config, size } = await configOf(await readManifest(registry, first), text, registry)
  const named = images.map(one => [platformText(normalised(one.platform)), plain(one)] as const)
  const platforms: LockedImage['platforms'] = Object.fromEntries(named.toReversed())   // the first of a platform counts
  return { image: { ...plain(root), ...createdIn(config), platforms }, size }
}

/** Those for Linux, of indexes in it too. */
async function imagesIn({ manifests }: Index, registry: Registry, text: string, depth = 1): Promise<readonly ImageDescriptor[]> {
  if (depth > deepest) throw unusable(text, `its indexes list each other more than ${deepest} deep`)
  const found = await Promise.all(manifests.map(async (one): Promise<readonly ImageDescriptor[]> => {
    if (isAttestation(one)) return []
    if (!isIndexType(one.mediaType)) return isForLinux(one) ? [one] : []
    return imagesIn((await readManifest(registry, one)).manifest as Index, registry, text, depth + 1)
  }))
  return found.flat()
}

function isForLinux(one: OciDescriptor): one is ImageDescriptor {
  return one.platform?.os.toLowerCase() === 'linux'
}

async function configOf({ manifest }: ReadManifest, text: string, registry: Registry): Promise<{ readonly config: ImageConfig; readonly size: number }> {
  if (isIndex(manifest)) throw unusable(text, 'what its index calls an image is an index')
  const { config, layers } = manifest
  const value = parseImageConfig(await smallBlob(registry, config, documentLimit), config)
  return { config: value, size: [config, ...layers].reduce((sum, one) => sum + one.size, 0) }
}

function unusable(text: string, why: string): ReleaseError {
  return new ReleaseError(`Cannot stand on ${text}: ${why}`, { code: 'IMAGE', hint: 'Name another base in build.ts.' })
}

function createdIn({ created }: ImageConfig): { readonly created?: string } {
  return created === undefined ? {} : { created }
}

function platformOf({ os, architecture, variant }: ImageConfig): string {
  return platformText(normalised({ os, architecture, ...(variant === undefined ? {} : { variant }) }))
}

/** What is pinned of a descriptor. */
function plain({ mediaType, digest, size }: OciDescriptor) {
  return { mediaType, digest, size }
}

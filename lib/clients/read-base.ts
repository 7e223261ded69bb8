import type { LockedImage } from '../formats/lock-file.ts'
import { parseImageConfig } from '../oci/parse-image-config.ts'
import { isIndex, parseManifest } from '../oci/parse-manifest.ts'
import { isAttestation } from '../oci/attestation.ts'
import type { OciDescriptor } from '../oci/descriptor.ts'
import type { ImageConfig } from '../oci/image-config.ts'
import type { Manifest } from '../oci/manifest.ts'
import { normalised, platformText, type OciPlatform } from '../oci/platform.ts'
import { readBytes } from '../oci/read-json.ts'
import { parseReference, tagOf } from '../oci/reference.ts'
import { ReleaseError } from '../values/errors.ts'
import { openRegistry, type RegistryAccess } from './open-registry.ts'

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
  const manifest = parseManifest(await readBytes(root, registry), root)
  if (!isIndex(manifest)) {
    const { config, size } = await configOf(manifest, registry)
    return { image: { ...plain(root), ...createdIn(config), platforms: { [platformOf(config)]: plain(root) } }, size }
  }
  const images = manifest.manifests.filter((one): one is OciDescriptor & { readonly platform: OciPlatform } =>
    one.platform !== undefined && !isAttestation(one) && one.platform.os === 'linux')
  const [first] = images
  if (!first) throw new ReleaseError(`Cannot stand on ${text}: its index has no image for Linux`, { code: 'IMAGE', hint: 'Name another base in build.ts.' })
  const { config, size } = await configOf(parseManifest(await readBytes(first, registry), first) as Manifest, registry)
  const named = images.map(one => [platformText(normalised(one.platform)), plain(one)] as const)
  const platforms: LockedImage['platforms'] = Object.fromEntries(named.toReversed())   // the first of a platform counts
  return { image: { ...plain(root), ...createdIn(config), platforms }, size }
}

async function configOf({ config, layers }: Manifest, registry: Parameters<typeof readBytes>[1]): Promise<{ readonly config: ImageConfig; readonly size: number }> {
  const value = parseImageConfig(await readBytes(config, registry), config)
  return { config: value, size: [config, ...layers].reduce((sum, one) => sum + one.size, 0) }
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

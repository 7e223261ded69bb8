import type { ImageAccess } from './copy.ts'
import { accessOf } from './copy.ts'
import type { OciDescriptor } from './oci/descriptor.ts'
import type { ImageConfig } from './oci/image-config.ts'
import type { Descriptor } from './values/descriptor.ts'

/** What an image is, read and hashed. */
export interface Inspected extends Descriptor {
  /** `linux/arm64`, of an index. */
  readonly platforms?: readonly (Descriptor & { readonly platform: string })[]
  /** Of an image for one platform. */
  readonly config?: ImageConfig
  readonly layers?: readonly Descriptor[]
  readonly annotations: Readonly<Record<string, string>>
  readonly artifactType?: string
  /** What refers to it: signatures, SBOMs, attestations. */
  readonly referrers: readonly OciDescriptor[]
}

/**
 * Reads what an image is: `registry/repository:tag`, `oci:FOLDER:TAG`, `docker-archive:FILE`, `docker-daemon:NAME`. Layers are not fetched.
 * @throws ReleaseError where there is none, or it is not what it says; the abort reason when stopped
 */
export async function inspect(reference: string, options: ImageAccess = {}): Promise<Inspected> {
  try {
    return await inspected(reference, options)
  } catch (error) {
    options.signal?.throwIfAborted()
    throw error
  }
}

async function inspected(reference: string, options: ImageAccess): Promise<Inspected> {
  const [{ imageEnd }, { openSource }, { readManifest }, { isIndex }, { isAttestation }, { platformText }, { mediaTypes }, { smallBlob }, { documentLimit }, { parseImageConfig }] = await Promise.all([
    import('./clients/image-end.ts'), import('./clients/open-source.ts'), import('./oci/read-manifest.ts'), import('./oci/parse-manifest.ts'),
    import('./oci/attestation.ts'), import('./oci/platform.ts'), import('./oci/media-types.ts'), import('./oci/small-blob.ts'), import('./oci/parse-json.ts'),
    import('./oci/parse-image-config.ts'),
  ])
  const { source, root, close } = await openSource(imageEnd(reference), await accessOf(options))
  try {
    const { manifest } = await readManifest(source, root)
    const common = {
      mediaType: root.mediaType, digest: root.digest, size: root.size, annotations: manifest.annotations ?? {},
      ...(manifest.artifactType === undefined ? {} : { artifactType: manifest.artifactType }),
      referrers: await source.referrers?.(root) ?? [],
    }
    if (isIndex(manifest)) {
      const platforms = manifest.manifests.filter(one => !isAttestation(one)).flatMap(({ platform, mediaType, digest, size }) => platform ? [{ platform: platformText(platform), mediaType, digest, size }] : [])
      return { ...common, platforms }
    }
    const { config } = manifest
    const isImage = config.mediaType === mediaTypes.config || config.mediaType === mediaTypes.dockerConfig
    return { ...common, layers: manifest.layers, ...(isImage ? { config: parseImageConfig(await smallBlob(source, config, documentLimit), config) } : {}) }
  } finally {
    await close()
  }
}

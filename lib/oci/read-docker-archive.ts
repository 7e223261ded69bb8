import type { Content } from '../contracts/content.ts'
import { readTar, type TarEntry } from '../formats/tar-reader.ts'
import type { Digest } from '../values/descriptor.ts'
import { ReleaseError } from '../values/errors.ts'
import { archivedFiles, type ArchivedFiles } from './docker-archive/archived-files.ts'
import { archivedLayer } from './docker-archive/archived-layer.ts'
import { archiveList, type ArchivedImage } from './docker-archive/archive-list.ts'
import type { OciDescriptor } from './descriptor.ts'
import { jsonBytes } from './json-bytes.ts'
import type { Manifest } from './manifest.ts'
import { mediaTypes } from './media-types.ts'
import { parseImageConfig } from './parse-image-config.ts'
import { manifestLimit } from './parse-manifest.ts'
import { smallBlob } from './small-blob.ts'

export interface LoadedImage {
  /** The OCI manifest in the content, with its platform. */
  readonly image: OciDescriptor
  readonly config: OciDescriptor
  /** What it was called: `example/gateway:1.2.3`. */
  readonly names: readonly string[]
}

/**
 * Takes the images of a Docker archive into content as OCI images, in the form of every version of `docker save`, of Podman
 * and of Skopeo. Configurations keep their bytes, and so their digests; layers are compressed where they are not.
 * Format: Docker image specification 1.2; since Docker 25 with an OCI image layout inside.
 * @param level of the compression, 1 to 9 as in zlib
 * @throws ReleaseError (CONTENT) where it is no such archive, or something in it is not what it says
 */
export async function readDockerArchive(
  bytes: AsyncIterable<Uint8Array>, content: Content, { level = 6 }: { readonly level?: number } = {},
): Promise<readonly LoadedImage[]> {
  const files = archivedFiles()
  let list: readonly ArchivedImage[] | undefined
  for await (const entry of readTar(bytes, 'the Docker archive')) {
    const name = files.nameOf(entry)
    if (name === 'manifest.json') list = archiveList(await bytesOf(entry))
    else if (entry.type === 'file' && !/(^|\/)(VERSION|json|repositories|oci-layout|index\.json)$/.test(name)) files.add(name, await archivedLayer(entry, content, level))
    else if (entry.type === 'symlink' || entry.type === 'hardlink') files.link(name, entry)
  }
  if (!list) throw unusable('it has no manifest.json', 'Make it with docker save, podman save or skopeo.')
  const images: LoadedImage[] = []
  for (const image of list) images.push(await imageOf(image, files, content))
  return images
}

async function imageOf({ config: configName, layers: layerNames, names }: ArchivedImage, files: ArchivedFiles, content: Content): Promise<LoadedImage> {
  const { mediaType: _, ...found } = files.find(configName).raw
  const config = { mediaType: mediaTypes.config, ...found }
  const { os, architecture, variant, rootfs } = parseImageConfig(await smallBlob({ name: 'the Docker archive', open: content.open }, config, manifestLimit), config)
  if (rootfs.diff_ids.length !== layerNames.length) {
    throw unusable(`an image in it has ${layerNames.length} layers, and its configuration tells of ${rootfs.diff_ids.length}`)
  }
  const layers: OciDescriptor[] = []
  for (const [at, name] of layerNames.entries()) {
    const { descriptor, diffId } = await files.find(name).layer()
    checkLayer(name, diffId, rootfs.diff_ids[at])
    layers.push(descriptor)
  }
  const manifest: Manifest = { schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers }
  const image = await content.put([jsonBytes(manifest)], mediaTypes.manifest)
  return { image: { ...image, platform: { os, architecture, ...variant !== undefined && { variant } } }, config, names }
}

function checkLayer(name: string, diffId: Digest, expected: string | undefined): void {
  if (diffId !== expected) throw unusable(`its ${name} is not the layer ${expected}`)
}

async function bytesOf({ size, body }: TarEntry): Promise<Buffer> {
  if (size > manifestLimit) throw unusable('its manifest.json is too large')
  const parts: Uint8Array[] = []
  for await (const part of body) parts.push(part)
  return Buffer.concat(parts)
}

function unusable(why: string, hint = 'Write the archive again.'): ReleaseError {
  return new ReleaseError(`Cannot read the Docker archive: ${why}`, { code: 'CONTENT', hint })
}

import { createHash } from 'node:crypto'
import type { Entry } from '../formats/entry.ts'
import { tar } from '../formats/tar.ts'
import { ReleaseError } from '../values/errors.ts'
import { decompressed } from './decompress.ts'
import type { OciDescriptor } from './descriptor.ts'
import { layerLimit } from './layer-limit.ts'
import { isIndex, manifestLimit } from './parse-manifest.ts'
import { parseImageConfig } from './parse-image-config.ts'
import { readManifest } from './read-manifest.ts'
import { smallBlob } from './small-blob.ts'
import type { Source } from './store.ts'

export interface DockerArchiveOptions {
  readonly from: Source
  /** The manifest of an image for one platform. */
  readonly image: OciDescriptor
  /** What it is called once it is loaded: `example/gateway:1.2.3`. */
  readonly names: readonly string[]
}

const start = new Date(0)

/**
 * An image in the form that `docker save` wrote up to version 24 and every `docker load` reads, as a tar stream: its
 * configuration as it is, its layers without their compression, `manifest.json`. The same image gives the same bytes.
 * Layers are read twice, since a tar says a size before the bytes. Format: Docker image specification 1.2, "combined image
 * JSON + filesystem changeset format".
 * @throws ReleaseError (IMAGE) for an index, (CONTENT) where a layer is not what the configuration says
 */
export async function* dockerArchive({ from, image, names }: DockerArchiveOptions): AsyncGenerator<Uint8Array> {
  const { manifest } = await readManifest(from, image)
  if (isIndex(manifest)) {
    throw new ReleaseError(`Cannot write ${image.digest} as a Docker archive: it is an index of several platforms`, { code: 'IMAGE', hint: 'Choose the image of one platform.' })
  }
  const configBytes = await smallBlob(from, manifest.config, manifestLimit)
  const { rootfs } = parseImageConfig(configBytes, manifest.config)
  if (rootfs.diff_ids.length !== manifest.layers.length) {
    throw unlike(image, `it has ${manifest.layers.length} layers, and its configuration tells of ${rootfs.diff_ids.length}`)
  }
  const files = new Map<string, Entry>()
  const layers: string[] = []
  for (const [at, layer] of manifest.layers.entries()) {
    const entry = await layerEntry(from, image, layer, rootfs.diff_ids[at] ?? '')
    files.set(entry.name, entry)
    layers.push(entry.name)
  }
  const config = entryOf(`${hexOf(manifest.config.digest)}.json`, configBytes)
  const list = [{ Config: config.name, RepoTags: [...names].sort(), Layers: layers }]
  const entries = [config, ...files.values(), entryOf('manifest.json', Buffer.from(JSON.stringify(list)))]
  yield* tar(entries.sort((a, b) => a.name < b.name ? -1 : 1), { time: start })
}

async function layerEntry(from: Source, image: OciDescriptor, layer: OciDescriptor, diffId: string): Promise<Entry> {
  const open = (): AsyncIterable<Uint8Array> => decompressed(layer.mediaType, from.open(layer), layerLimit)
  const hash = createHash('sha256')
  let size = 0
  for await (const part of open()) {
    hash.update(part)
    size += part.length
  }
  if (`sha256:${hash.digest('hex')}` !== diffId) throw unlike(image, `its layer ${layer.digest} is not the one that its configuration tells of`)
  return { name: `${hexOf(diffId)}.tar`, mode: 0o644, size, open }
}

function entryOf(name: string, bytes: Buffer): Entry {
  return { name, mode: 0o644, size: bytes.length, open: async function* () { yield bytes } }
}

function hexOf(digest: string): string {
  return digest.slice('sha256:'.length)
}

function unlike({ digest }: OciDescriptor, why: string): ReleaseError {
  return new ReleaseError(`Cannot write ${digest} as a Docker archive: ${why}`, { code: 'CONTENT', hint: 'Build the image again: it cannot run as it is.' })
}

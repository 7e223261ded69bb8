import { createHash } from 'node:crypto'
import type { Content } from '../contracts/content.ts'
import type { Exec } from '../contracts/exec.ts'
import type { Workshop } from '../contracts/workshop.ts'
import { gzip } from '../formats/gzip.ts'
import { asOci } from '../oci/as-oci.ts'
import { basePlatform } from '../oci/base-platform.ts'
import { decompressed } from '../oci/decompress.ts'
import type { OciDescriptor } from '../oci/descriptor.ts'
import { layerLimit } from '../oci/layer-limit.ts'
import { readTree } from '../oci/layer-tree.ts'
import { parseImageConfig } from '../oci/parse-image-config.ts'
import { mediaTypes } from '../oci/media-types.ts'
import { documentLimit } from '../oci/parse-json.ts'
import { isIndex } from '../oci/parse-manifest.ts'
import { readManifest } from '../oci/read-manifest.ts'
import { parseReference } from '../oci/reference.ts'
import { statusOf } from '../oci/registry/passing.ts'
import { secondTry } from '../oci/second-try.ts'
import { smallBlob } from '../oci/small-blob.ts'
import { storeBase } from '../oci/store-base.ts'
import type { Tree } from '../oci/tree.ts'
import type { LockedBase } from '../values/base.ts'
import type { Descriptor, Digest } from '../values/descriptor.ts'
import { ReleaseError } from '../values/errors.ts'
import type { LayerBlob } from '../values/image.ts'
import type { Target } from '../values/target.ts'
import { openRegistry } from './open-registry.ts'

type Context = { readonly exec: Exec; readonly signal: AbortSignal }

const layersAtOnce = 4

/**
 * Whether a base can be fetched: its registry answers, and has what slipway.lock pins.
 * @throws ReleaseError (NETWORK, REGISTRY, CREDENTIALS)
 */
export async function reachBase(base: LockedBase, context: Context): Promise<void> {
  const registry = await registryOf(base, context, 2)
  await registry.resolve(base.digest).catch(gone(base, base.digest))
}

/**
 * Fetches a base for one platform by digest, hashing every byte, and reads what lies in it.
 * @returns the blob of a `BaseContent`
 * @throws ReleaseError (NETWORK, REGISTRY, CREDENTIALS, CONTENT, IMAGE)
 */
export async function fetchBase(base: LockedBase, target: Target, workshop: Workshop): Promise<Descriptor> {
  const { content } = workshop
  const registry = await registryOf(base, workshop)
  const chosen = basePlatform(base, target)
  if (!chosen) throw new ReleaseError(`Cannot stand on ${base.reference}: it has no ${target}`, { code: 'IMAGE' })
  const { manifest } = await readManifest(registry, chosen).catch(gone(base, chosen.digest))
  if (isIndex(manifest)) throw lies(base, `what slipway.lock pins for ${target} is an index, no image`)
  const { config: described, layers } = asOci(manifest)
  const config = parseImageConfig(await smallBlob(registry, described, documentLimit), described)
  const { diff_ids: diffIds } = config.rootfs
  if (diffIds.length !== layers.length) throw lies(base, `its configuration tells of ${diffIds.length} layers, its manifest of ${layers.length}`)
  const stored = layers.map((layer, index): LayerBlob => ({ ...plain(layer), diffId: diffIds[index] as Digest }))
  await fetchLayers(stored, registry, workshop)
  const read = await readLayers(stored, base, content).catch(async (error: unknown) => {
    // What an earlier run fetched may have been damaged since, and look like anything then.
    if (!await dropDamaged(stored, workshop)) throw error
    await fetchLayers(stored, registry, workshop)
    return readLayers(stored, base, content)
  })
  return storeBase({ config, ...read }, content)
}

/** The layers in gzip, and what lies in them. Engines before Docker 23, and many tools, read no zstd. */
async function readLayers(stored: readonly LayerBlob[], base: LockedBase, content: Content): Promise<{ readonly layers: readonly LayerBlob[]; readonly tree: Tree }> {
  const layers = await Promise.all(stored.map(async blob => blob.mediaType === mediaTypes.gzipLayer ? blob
    : { ...await content.put(gzip(unpacked(blob, base, content)), mediaTypes.gzipLayer), diffId: blob.diffId }))
  const tree = await readTree(layers.map(blob => ({ mediaType: mediaTypes.layer, open: () => unpacked(blob, base, content) })), { name: base.reference })
  return { layers, tree }
}

/** Whether there was one. */
async function dropDamaged(layers: readonly LayerBlob[], { content, log }: Workshop): Promise<boolean> {
  const damaged = await Promise.all(layers.map(async layer => content.file(layer).then(() => [], () => [layer])))
  for (const layer of damaged.flat()) {
    log(`The cache holds a damaged ${layer.digest.slice(0, 19)}: it is fetched again.`)
    await content.drop(layer)
  }
  return damaged.flat().length > 0
}

async function registryOf({ reference, place: { environment, mirrors } }: LockedBase, { exec, signal }: Context, tries?: number) {
  return openRegistry(parseReference(reference), { environment, mirrors, exec, signal, ...(tries === undefined ? {} : { tries }) })
}

async function fetchLayers(layers: readonly LayerBlob[], registry: Awaited<ReturnType<typeof registryOf>>, { content }: Workshop): Promise<void> {
  const waiting = [...new Map(layers.map(layer => [layer.digest, layer])).values()]
  const worker = async (): Promise<void> => {
    for (let layer = waiting.shift(); layer; layer = waiting.shift()) {
      try {
        const wanted = layer
        if (!await content.has(wanted)) await secondTry(() => content.put(registry.open(wanted), wanted.mediaType))
      } catch (error) {
        waiting.length = 0
        throw error
      }
    }
  }
  // What failed is told when nothing is on its way any more.
  const ended = await Promise.allSettled(Array.from({ length: layersAtOnce }, worker))
  for (const one of ended) if (one.status === 'rejected') throw one.reason
}

/** A registry that answers and lacks it: what is pinned was taken away there. */
function gone({ reference }: LockedBase, digest: string) {
  return (error: unknown): never => {
    if (statusOf(error) !== 404) throw error
    throw new ReleaseError(`Cannot stand on ${reference}: what slipway.lock pins is not there any more (${digest})`, {
      code: 'REGISTRY', cause: error, hint: 'Pin what its tag means now: npx tsx build.ts lock --update',
    })
  }
}

/** An image whose layers are not those that its configuration names would not start anywhere. */
async function* unpacked(blob: LayerBlob, base: LockedBase, content: Content): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  for await (const part of decompressed(blob.mediaType, content.open(blob), layerLimit)) {
    hash.update(part)
    yield part
  }
  if (`sha256:${hash.digest('hex')}` !== blob.diffId) throw lies(base, `the layer ${blob.digest} does not unpack to what its configuration says`)
}

function plain({ mediaType, digest, size }: OciDescriptor): Descriptor {
  return { mediaType, digest, size }
}

function lies({ reference }: LockedBase, why: string): ReleaseError {
  return new ReleaseError(`Cannot stand on ${reference}: ${why}`, { code: 'IMAGE', hint: 'Choose another version of it: npx tsx build.ts lock --update' })
}

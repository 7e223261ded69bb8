import type { Content } from '../contracts/content.ts'
import type { BaseContent } from '../values/base-content.ts'
import type { Descriptor } from '../values/descriptor.ts'
import { ReleaseError } from '../values/errors.ts'
import type { BaseName, LayerBlob } from '../values/image.ts'
import type { Json } from '../values/json.ts'
import type { LayerContent } from '../values/layer-content.ts'
import type { Target } from '../values/target.ts'
import { checkImage } from './check-image.ts'
import { fitsOnto } from './fits-onto.ts'
import type { ImageConfig } from './image-config.ts'
import type { ContainerChange } from './inherit-container.ts'
import { inheritConfig } from './inherit-config.ts'
import { jsonBytes } from './json-bytes.ts'
import { layOver } from './lay-over.ts'
import { mediaTypes } from './media-types.ts'
import { placeFiles } from './place-files.ts'
import { platformOfTarget } from './platform.ts'
import { readJson } from './read-json.ts'
import { storedLayer, wantedFiles, type LayerPacking } from './stored-layer.ts'
import type { TreeData } from './tree-data.ts'
import { treeFrom } from './tree-from.ts'
import { emptyTree, type Tree } from './tree.ts'

export interface Assembly extends LayerPacking {
  /** The blob of a `BaseContent`. */
  readonly base: Descriptor
  /** Blobs of `LayerContent`, lowest first. */
  readonly layers: readonly Descriptor[]
  readonly name: string
  readonly target: Target
  /** A `ContainerChange` as data. */
  readonly container: Json
  readonly annotations: Readonly<Record<string, string>>
  readonly stands: BaseName
}

/**
 * Lays layers over a base and writes configuration and manifest: OCI image specification 1.1. Nothing is compressed again; a
 * layer whose folders are links in this base is packed for it alone.
 * @returns the manifest's descriptor
 * @throws ReleaseError (IMAGE) where containers of it could not start
 */
export async function assembleImage(assembly: Assembly, content: Content): Promise<Descriptor> {
  const { target, annotations, container, date } = assembly
  const base = await readJson<BaseContent>(assembly.base, content)
  const { layers, tree } = await laidOver(assembly, treeFrom(await readJson<TreeData>(base.tree, content)), content)
  const change = container as ContainerChange
  const config = inheritConfig(base.config as unknown as ImageConfig, {
    ...change, platform: platformOfTarget(target), created: date, labels: { ...annotations, ...change.labels },
    layers: layers.map(({ diffId }) => ({ diffId, createdBy: 'slipway' })),
  })
  const [problem] = checkImage({ image: `${assembly.name} for ${target}`, base: assembly.stands.name, tree, config: config.config ?? {} })
  if (problem) throw new ReleaseError(problem.message, { code: 'IMAGE', ...(problem.hint ? { hint: problem.hint } : {}) })
  const stored = await content.put([jsonBytes(config)], mediaTypes.config)
  const plain = [...base.layers, ...layers].map(({ mediaType, digest, size }) => ({ mediaType, digest, size }))
  const manifest = { schemaVersion: 2, mediaType: mediaTypes.manifest, config: stored, layers: plain, annotations }
  return content.put([jsonBytes(manifest)], mediaTypes.manifest)
}

async function laidOver({ layers, stands, date, level }: Assembly, base: Tree, content: Content): Promise<{ readonly layers: readonly LayerBlob[]; readonly tree: Tree }> {
  const blobs: LayerBlob[] = []
  let tree = base
  for (const one of layers) {
    const { blob, entries } = await readJson<LayerContent>(one, content)
    const wanted = wantedFiles(entries, content)
    const plain = placeFiles(emptyTree, wanted, 'a layer')
    const fits = fitsOnto(tree, plain, stands.name) === undefined
    blobs.push(fits ? blob : await storedLayer(entries, { date, level }, content, tree, stands.name))
    tree = await layOver(tree, fits ? plain : placeFiles(tree, wanted, stands.name))
  }
  return { layers: blobs, tree }
}

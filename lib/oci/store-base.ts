import type { Content } from '../contracts/content.ts'
import type { BaseContent } from '../values/base-content.ts'
import type { Descriptor } from '../values/descriptor.ts'
import type { LayerBlob } from '../values/image.ts'
import type { Json } from '../values/json.ts'
import { treeData } from './tree-data.ts'
import type { Tree } from './tree.ts'

export interface PreparedBase {
  /** Its image configuration, or as much of one as there is. */
  readonly config: object
  /** In the content store already, lowest first. */
  readonly layers: readonly LayerBlob[]
  readonly tree: Tree
}

/** Stores what an image needs to know of its base. @returns the blob of a `BaseContent` */
export async function storeBase({ config, layers, tree }: PreparedBase, content: Content): Promise<Descriptor> {
  const stored = await content.put([Buffer.from(JSON.stringify(treeData(tree)))], 'application/vnd.slipway.tree.v1+json')
  const made: BaseContent = { config: config as Json, layers, tree: stored }
  return content.put([Buffer.from(JSON.stringify(made))], 'application/vnd.slipway.base.v1+json')
}

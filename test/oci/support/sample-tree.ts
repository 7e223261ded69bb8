import { readTree } from '../../../lib/oci/layer-tree.ts'
import type { Tree } from '../../../lib/oci/tree.ts'
import { tarLayer, type RawMember } from './tar-layer.ts'

/** The tree of one layer with these members. */
export function sampleTree(...members: readonly RawMember[]): Promise<Tree> {
  return readTree([tarLayer(members)], { name: 'a sample' })
}

import type { Content } from '../contracts/content.ts'
import type { Descriptor } from '../values/descriptor.ts'
import type { OciDescriptor } from './descriptor.ts'
import { isIndexType, isManifestType } from './media-types.ts'
import { childrenOf, parseManifest } from './parse-manifest.ts'
import { readBytes } from './read-json.ts'

/** A manifest or an index and all that it refers to, each once, what is referred to first. */
export async function reachable(root: Descriptor, content: Content): Promise<readonly OciDescriptor[]> {
  const found = new Map<string, OciDescriptor>()
  const visit = async (one: OciDescriptor): Promise<void> => {
    if (found.has(one.digest)) return
    if (isIndexType(one.mediaType) || isManifestType(one.mediaType)) {
      for (const child of childrenOf(parseManifest(await readBytes(one, content), one))) await visit(child)
    }
    found.set(one.digest, one)
  }
  await visit(root)
  return [...found.values()]
}

import type { Content } from '../contracts/content.ts'
import { ReleaseError } from '../values/errors.ts'
import type { OciDescriptor } from './descriptor.ts'
import { isIndexType, isManifestType } from './media-types.ts'
import { otherBytes } from './other-bytes.ts'
import { readManifest } from './read-manifest.ts'
import { referrersAmong } from './referrers-among.ts'
import type { Store } from './store.ts'

/**
 * Content as a store: blobs by digest, no tags.
 * @param name what errors call it: `the cache`
 * @param known the manifests in it: content itself does not know what it holds. Only they, and what is pushed, are resolved and
 * found as referrers
 */
export function contentStore(content: Content, name: string, known: readonly OciDescriptor[] = []): Store {
  const manifests = new Map(known.map(one => [one.digest as string, one]))
  const store: Store = {
    name,
    resolve: async digest => {
      const found = manifests.get(digest)
      if (found && await content.has(found)) return { mediaType: found.mediaType, digest: found.digest, size: found.size }
      throw new ReleaseError(`Cannot find ${digest} in ${name}: ${found ? 'its bytes are missing' : 'there is no such manifest'}`, {
        code: 'REGISTRY', hint: 'Run the release again: what is missing is made again.',
      })
    },
    open: descriptor => content.open(descriptor),
    has: descriptor => content.has(descriptor),
    push: async (descriptor, open) => {
      const { digest, size } = await content.put(open(), descriptor.mediaType)
      if (digest !== descriptor.digest || size !== descriptor.size) throw otherBytes(name, descriptor, digest)
      if (isManifestType(descriptor.mediaType) || isIndexType(descriptor.mediaType)) manifests.set(digest, descriptor)
    },
    tag: async (_, tag) => {
      throw new ReleaseError(`Cannot tag ${tag} in ${name}: it has no tags`, { code: 'USAGE', hint: 'Copy it to a registry or a layout for that.' })
    },
    referrers: async ({ digest }) => referrersAmong([...manifests.values()], digest, async one => (await readManifest(store, one)).manifest),
  }
  return store
}

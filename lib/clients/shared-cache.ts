import type { Content } from '../contracts/content.ts'
import type { SharedCache } from '../contracts/shared-cache.ts'
import type { Artifact } from '../values/artifact.ts'
import type { Descriptor } from '../values/descriptor.ts'
import type { Json } from '../values/json.ts'
import type { CacheFolder } from './cache-folder.ts'
import { sharedBundles } from './shared-cache/bundles.ts'
import { entriesOf } from './shared-cache/entries.ts'
import { lazyContent } from './shared-cache/lazy-content.ts'
import { linkTo } from './shared-cache/link.ts'
import type { CacheAccess } from './shared-cache/open-cache-registry.ts'
import { createPushes } from './shared-cache/pushes.ts'
import { sharedResults } from './shared-cache/results.ts'
import type { SharedCachePlace } from './shared-cache/shared-cache-place.ts'

export interface SharedCacheOptions {
  readonly place: SharedCachePlace
  readonly access: CacheAccess
  /** The cache of this machine. */
  readonly cache: CacheFolder
  readonly blobsOf: (artifact: Artifact, content: Content) => Promise<readonly Descriptor[]>
  /** Told what the user should see, each line once. */
  readonly notice: (line: string) => void
}

/** A cache in a registry, in front of which this machine's own stands. */
export interface OpenedSharedCache {
  readonly cache: SharedCache
  /** This machine's content, and what is in the registry as if it was here. */
  readonly content: Content
  /** How many results are still on their way. */
  readonly left: () => number
  /** Waits for what is on its way. @returns what came and what went */
  settled(): Promise<Json>
}

/** Nothing is asked before the first look-up that finds nothing here. */
export function openSharedCache({ place, access, cache, blobsOf, notice }: SharedCacheOptions): OpenedSharedCache {
  const told = new Set<string>()
  const tell = (line: string): void => {
    if (!told.has(line)) notice(line)
    told.add(line)
  }
  const link = linkTo(place, access, tell)
  const lazy = lazyContent(cache.content, link, tell)
  const pushes = createPushes()
  const results = sharedResults({ entries: entriesOf(link, 'cache', tell), records: cache.records, lazy, pushes, writes: link.writes, blobsOf })
  const bundles = sharedBundles({ link, entries: entriesOf(link, 'bundle', tell), pushes, folders: cache, tell })
  const { find, keep, findReading, keepReading } = results
  return {
    cache: {
      ...place.results ? { find, keep, findReading, keepReading } : noResults,
      ...place.go ? { bundles } : {},
    },
    content: lazy.content,
    left: pushes.left,
    settled: async () => {
      await pushes.settled()
      return {
        registry: link.name, found: results.tally.found, fetchedBytes: lazy.fetched() + bundles.tally.takenBytes,
        kept: results.tally.kept, sentBytes: results.tally.bytes + bundles.tally.keptBytes,
        go: { found: bundles.tally.taken, kept: bundles.tally.kept },
      }
    },
  }
}

const noResults: Pick<SharedCache, 'find' | 'keep' | 'findReading' | 'keepReading'> = {
  find: async () => undefined, keep: () => undefined, findReading: async () => undefined, keepReading: () => undefined,
}

import type { Content } from '../../contracts/content.ts'
import type { Records } from '../../contracts/records.ts'
import type { SharedCache } from '../../contracts/shared-cache.ts'
import { inlineLimit, type CachedBlob, type CacheEntry } from '../../oci/cache-entry.ts'
import { readBytes } from '../../oci/read-json.ts'
import { placesFor } from '../../oci/copy/places.ts'
import type { Artifact } from '../../values/artifact.ts'
import type { Descriptor, Digest } from '../../values/descriptor.ts'
import { digestOfValue } from '../../values/digest.ts'
import type { Json } from '../../values/json.ts'
import { recorded } from '../../values/recorded.ts'
import type { Entries } from './entries.ts'
import type { LazyContent } from './lazy-content.ts'
import type { Pushes } from './pushes.ts'

export interface ResultsOptions {
  readonly entries: Entries
  readonly records: Records
  readonly lazy: LazyContent
  readonly pushes: Pushes
  readonly writes: () => Promise<boolean>
  /** An artifact's blob, and those that it refers to. */
  readonly blobsOf: (artifact: Artifact, content: Content) => Promise<readonly Descriptor[]>
}

export interface Results extends Pick<SharedCache, 'find' | 'keep' | 'findReading' | 'keepReading'> {
  readonly tally: { found: number; kept: number; bytes: number }
}

interface Found {
  readonly descriptor: Descriptor
  readonly blobs: readonly Pick<Descriptor, 'digest' | 'size'>[]
}

/** Bytes of a blob that comes along with its entry. */
const smallBlob = 32 * 1024

/** Entries that are written at a time. */
const atOnce = 4

/** What steps made and read, by key. What was found is remembered here with where its bytes are, so that it is asked for once. */
export function sharedResults({ entries, records, lazy, pushes, writes, blobsOf }: ResultsOptions): Results {
  const { content } = lazy
  const asked = new Map<Digest, Promise<Found | undefined>>()
  const counted = new Set<Digest>()
  const places = placesFor(atOnce, () => undefined)
  const tally = { found: 0, kept: 0, bytes: 0 }

  const look = async (key: Digest): Promise<Found | undefined> => {
    const noted = foundIn(await records.find(noteOf(key)))
    if (noted) lazy.expect(noted.blobs)
    if (noted && await content.has(noted.descriptor)) return noted
    const entry = await entries.find(key)
    const descriptor = recorded(entry?.value)
    if (!entry || !descriptor) return undefined
    for (const { data } of entry.blobs) if (data) await content.put([data], '')
    const found: Found = { descriptor, blobs: entry.blobs.map(({ digest, size }) => ({ digest, size })) }
    lazy.expect(found.blobs)
    await records.keep(noteOf(key), { ...found.descriptor, blobs: found.blobs.map(blob => ({ ...blob })) })
    return found
  }
  const push = async (entry: CacheEntry): Promise<void> => {
    const bytes = await entries.keep(entry, blob => content.open(blob))
    if (bytes === undefined) return
    tally.kept += 1
    tally.bytes += bytes
  }
  /** What is there already stays: who was first has it, and others take it from him. */
  const isThere = async (key: Digest): Promise<boolean> => await entries.find(key) !== undefined

  return {
    tally,
    find: async key => {
      const asking = asked.get(key) ?? look(key)
      asked.set(key, asking)
      const found = await asking
      if (!found || !await content.has(found.descriptor)) return undefined
      if (!counted.has(key)) tally.found += 1
      counted.add(key)
      return found.descriptor
    },
    keep: (key, { kind, ...artifact }, again) => pushes.begin(async () => {
      if (!await writes()) return
      const blobs = await withSmallOnes(await blobsOf({ kind, ...artifact }, content), content)
      await places(async () => {
        if (!again && await isThere(key)) return
        const { mediaType, digest, size } = artifact
        await push({ key, value: { mediaType, digest, size }, blobs })
      })
    }),
    findReading: async key => (await entries.find(key))?.value,
    keepReading: (key, value) => pushes.begin(async () => {
      if (await writes()) await places(async () => { if (!await isThere(key)) await push({ key, value, blobs: [] }) })
    }),
  }
}

/** The record under which is remembered what the shared cache has for a key. */
function noteOf(key: Digest): Digest {
  return digestOfValue(['shared', key])
}

function foundIn(note: Json | undefined): Found | undefined {
  const descriptor = recorded(note)
  const { blobs } = (note ?? {}) as { readonly blobs?: Json }
  return descriptor && Array.isArray(blobs) ? { descriptor, blobs: blobs as unknown as Found['blobs'] } : undefined
}

/** Each blob once; those come along with the entry that are read before anything is made. */
async function withSmallOnes(blobs: readonly Descriptor[], content: Content): Promise<readonly CachedBlob[]> {
  const distinct = [...new Map(blobs.map(blob => [blob.digest, blob])).values()]
  const found: CachedBlob[] = []
  let left = inlineLimit
  for (const { digest, size, mediaType } of distinct) {
    const small = size <= Math.min(smallBlob, left)
    if (small) left -= size
    found.push({ digest, size, ...small ? { data: await readBytes({ digest, size, mediaType }, content) } : {} })
  }
  return found
}

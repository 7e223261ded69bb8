import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import type { SharedBundles } from '../../contracts/shared-cache.ts'
import { blobType } from '../../oci/cache-entry.ts'
import { placesFor } from '../../oci/copy/places.ts'
import type { OciDescriptor } from '../../oci/descriptor.ts'
import { writeHashed } from '../../oci/write-hashed.ts'
import type { CacheFolder } from '../cache-folder.ts'
import type { Entries } from './entries.ts'
import type { Link } from './link.ts'
import type { Pushes } from './pushes.ts'

export interface BundlesOptions {
  readonly link: Link
  readonly entries: Entries
  readonly pushes: Pushes
  readonly folders: Pick<CacheFolder, 'temporary' | 'discard'>
  readonly tell: (line: string) => void
}

export interface Bundles extends SharedBundles {
  readonly tally: { taken: number; takenBytes: number; kept: number; keptBytes: number }
}

/** Bundles that are unpacked at a time: each keeps a core busy. */
const atOnce = 2

/** Bundles of files, packed one at a time beside what else is done. */
export function sharedBundles({ link, entries, pushes, folders, tell }: BundlesOptions): Bundles {
  const reading = placesFor(atOnce, () => undefined)
  const packing = placesFor(1, () => undefined)
  const tally = { taken: 0, takenBytes: 0, kept: 0, keptBytes: 0 }
  return {
    tally,
    writes: link.writes,
    refuse: (what, error) => { tell(`The shared cache ${link.name} holds ${what} that cannot be used: ${(error as Error).message}`) },
    find: async name => {
      const entry = await entries.find(name)
      const [blob] = entry?.blobs ?? []
      if (!entry || !blob) return undefined
      const descriptor: OciDescriptor = { mediaType: blobType, digest: blob.digest, size: blob.size }
      return {
        contents: entry.value,
        read: async use => {
          // What the user of the bytes fails at says nothing of the registry.
          const failure: { error?: unknown } = {}
          const used = await link.read(registry => reading(() => use(watched(registry.open(descriptor), failure)).catch((error: unknown) => {
            if ('error' in failure) throw failure.error
            return { error }
          })))
          if (typeof used === 'object' && used !== null && 'error' in used) throw used.error
          if (used === undefined) return undefined
          tally.taken += 1
          tally.takenBytes += blob.size
          return used
        },
      }
    },
    keep: (name, contents, bytes) => pushes.begin(async () => {
      if (!await link.writes()) return
      await packing(async () => {
        const folder = await folders.temporary()
        try {
          const file = join(folder, 'bundle')
          const blob = await writeHashed(file, bytes())
          const kept = await entries.keep({ key: name, value: contents, blobs: [blob] }, () => createReadStream(file))
          if (kept === undefined) return
          tally.kept += 1
          tally.keptBytes += kept
        } finally {
          await folders.discard(folder)
        }
      })
    }),
  }
}

/** Bytes whose own failure is told from that of whoever reads them. */
async function* watched(bytes: AsyncIterable<Uint8Array>, failure: { error?: unknown }): AsyncGenerator<Uint8Array> {
  const iterator = bytes[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await iterator.next().catch((error: unknown) => {
        failure.error = error
        throw error
      })
      if (next.done === true) return
      yield next.value
    }
  } finally {
    await iterator.return?.()
  }
}

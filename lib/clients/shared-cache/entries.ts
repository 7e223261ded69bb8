import type { Digest } from '../../values/descriptor.ts'
import { blobType, packEntry, unpackEntry, type CacheEntry } from '../../oci/cache-entry.ts'
import type { OciDescriptor } from '../../oci/descriptor.ts'
import type { Registry } from '../../oci/registry/registry.ts'
import type { Link } from './link.ts'

/** The entries of a shared cache, each under a tag of its own. */
export interface Entries {
  /** Undefined where there is none, it cannot be asked, or what it has is none, which is told. */
  find(key: Digest): Promise<CacheEntry | undefined>
  /**
   * Puts an entry in, its blobs first.
   * @param open the bytes of a blob, opened anew for each try
   * @returns the bytes that its blobs have; undefined where nothing was put in
   */
  keep(entry: CacheEntry, open: (blob: OciDescriptor) => AsyncIterable<Uint8Array>): Promise<number | undefined>
}

/** @param prefix what tags begin with */
export function entriesOf(link: Link, prefix: string, tell: (line: string) => void): Entries {
  const tagOf = (key: Digest): string => `${prefix}-${key.slice('sha256:'.length)}`
  return {
    find: async key => {
      try {
        const found = await link.read(registry => registry.manifest(tagOf(key)))
        return found && unpackEntry(found.bytes, found.descriptor, key, link.name)
      } catch (error) {
        tell(`The shared cache ${link.name} holds something that cannot be used: ${(error as Error).message}`)
        return undefined
      }
    },
    keep: async (entry, open) => {
      const packed = packEntry(entry)
      if (!packed) return undefined
      const { manifest, config, configBytes } = packed
      const blobs = entry.blobs.map(({ digest, size }): OciDescriptor => ({ mediaType: blobType, digest, size }))
      const done = await link.write(async registry => {
        await Promise.all([push(registry, config, () => once(configBytes)), ...blobs.map(blob => push(registry, blob, () => open(blob)))])
        await registry.putTagged(tagOf(entry.key), manifest)
      })
      return done ? blobs.reduce((sum, { size }) => sum + size, configBytes.length) : undefined
    },
  }
}

async function push(registry: Registry, descriptor: OciDescriptor, open: () => AsyncIterable<Uint8Array>): Promise<void> {
  await registry.push(descriptor, open)
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

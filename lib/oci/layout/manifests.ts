import type { OciDescriptor } from '../descriptor.ts'
import type { Index, Manifest } from '../manifest.ts'
import { isIndexType, isManifestType } from '../media-types.ts'
import { childrenOf, isIndex } from '../parse-manifest.ts'
import { readManifest } from '../read-manifest.ts'
import type { Source } from '../store.ts'
import { readIndexFile } from './index-file.ts'

/** Indexes in indexes. */
const deepest = 8

/** The manifests of a layout, each read once: what has a digest does not change. */
export interface LayoutManifests {
  read(descriptor: OciDescriptor): Promise<Manifest | Index>
  /** All that `index.json` leads to and that are there, as their parents describe them; those of `index.json` first. */
  all(): Promise<readonly OciDescriptor[]>
}

/** Looks through a layout. */
export function layoutManifests(folder: string, source: Pick<Source, 'name' | 'open'>): LayoutManifests {
  const known = new Map<string, Manifest | Index>()
  const read = async (descriptor: OciDescriptor): Promise<Manifest | Index> => {
    const key = `${descriptor.digest} ${descriptor.mediaType} ${descriptor.size}`
    const found = known.get(key) ?? (await readManifest(source, descriptor)).manifest
    known.set(key, found)
    return found
  }
  const all = async (): Promise<readonly OciDescriptor[]> => {
    const found = new Map<string, OciDescriptor>()
    let level = (await readIndexFile(folder)).manifests
    for (let depth = 0; level.length > 0 && depth <= deepest; depth += 1) {
      const next: OciDescriptor[] = []
      for (const one of level) {
        const manifest = await readWhereThere(read, one)
        if (!manifest || found.has(one.digest)) continue
        found.set(one.digest, one)
        if (isIndex(manifest)) next.push(...childrenOf(manifest))
      }
      level = next
    }
    return [...found.values()]
  }
  return { read, all }
}

/** An index may list platforms that were not taken along, and things that are no manifests. */
async function readWhereThere(read: LayoutManifests['read'], one: OciDescriptor): Promise<Manifest | Index | undefined> {
  if (!isIndexType(one.mediaType) && !isManifestType(one.mediaType)) return undefined
  return read(one).catch(() => undefined)
}

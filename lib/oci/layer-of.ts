import type { Content } from '../contracts/content.ts'
import { gzippedParts, type StoredLayer } from './gzipped-layer.ts'
import type { DeflateMemory } from '../formats/deflate-pieces.ts'
import type { LayerEntry } from './layer-entry.ts'
import { layerParts } from './layer-tar.ts'

/**
 * Makes a gzipped layer of entries and stores it.
 * @param level 0 to 9 as in zlib
 * @param memory compressed pieces from earlier
 * @throws ReleaseError as `layerTar`
 */
export async function layerOf(
  entries: readonly LayerEntry[], { time, level, memory }: { readonly time: Date, readonly level: number, readonly memory?: DeflateMemory | undefined }, content: Content,
): Promise<StoredLayer> {
  return gzippedParts(layerParts(entries, { time }), { level, memory }, content)
}

import type { Content } from '../contracts/content.ts'
import { gzippedLayer, type StoredLayer } from './gzipped-layer.ts'
import type { LayerEntry } from './layer-entry.ts'
import { layerTar } from './layer-tar.ts'

/**
 * Makes a gzipped layer of entries and stores it.
 * @param level 0 to 9 as in zlib
 * @throws ReleaseError as `layerTar`
 */
export async function layerOf(
  entries: readonly LayerEntry[], { time, level }: { readonly time: Date, readonly level: number }, content: Content,
): Promise<StoredLayer> {
  return gzippedLayer(layerTar(entries, { time }), level, content)
}

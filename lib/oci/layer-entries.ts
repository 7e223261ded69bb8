import { readTar, type TarEntry } from '../formats/tar-reader.ts'
import { decompressed } from './decompress.ts'

/** A layer's bytes, opened anew for each reading. */
export interface LayerSource {
  readonly mediaType: string
  open(): AsyncIterable<Uint8Array>
}

export interface LayerReading {
  /** What errors call the layer. */
  readonly subject: string
  /** Uncompressed bytes that it may have at most. */
  readonly limit: number
}

/**
 * What is in a layer, entry by entry as it is written; gzip, zstd or uncompressed. The bytes are read to their end.
 * @throws ReleaseError (CONTENT) where it is damaged, no tar, or larger than the limit
 */
export function layerEntries({ mediaType, open }: LayerSource, { subject, limit }: LayerReading): AsyncGenerator<TarEntry> {
  return readTar(decompressed(mediaType, open(), limit), subject)
}

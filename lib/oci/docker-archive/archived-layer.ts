import { createHash } from 'node:crypto'
import type { Content } from '../../contracts/content.ts'
import type { TarEntry } from '../../formats/tar-reader.ts'
import type { Descriptor } from '../../values/descriptor.ts'
import { decompressed } from '../decompress.ts'
import type { OciDescriptor } from '../descriptor.ts'
import { gzippedLayer, type StoredLayer } from '../gzipped-layer.ts'
import { layerLimit } from '../layer-limit.ts'
import { mediaTypes } from '../media-types.ts'

type Bytes = AsyncIterable<Uint8Array>

/** A file of an archive that may be a layer or a configuration: what it is, `manifest.json` tells, perhaps after it. */
export interface ArchivedLayer {
  /** Its bytes as they are; not there where it can be nothing but a layer. */
  readonly raw: Descriptor
  layer(): Promise<StoredLayer>
}

/** What a tar shows in its first block: POSIX.1-2017 pax, "ustar Interchange Format". */
const magic = { at: 257, text: 'ustar' }

/**
 * Takes a file of an archive into content as it passes by. A tar is compressed at once; everything else is kept as it is, and
 * compressed when it turns out to be a layer all the same.
 */
export async function archivedLayer({ body }: Pick<TarEntry, 'body'>, content: Content, level: number): Promise<ArchivedLayer> {
  const { head, whole } = await peek(body)
  if (head.toString('latin1', magic.at, magic.at + magic.text.length) === magic.text) {
    const stored = await gzippedLayer(whole, level, content)
    return { raw: stored.descriptor, layer: async () => stored }
  }
  const raw = await content.put(whole, 'application/octet-stream')
  let made: Promise<StoredLayer> | undefined
  return { raw, layer: () => made ??= layerOfRaw(raw, compressionOf(head), content, level) }
}

async function layerOfRaw(raw: Descriptor, mediaType: string | undefined, content: Content, level: number): Promise<StoredLayer> {
  if (mediaType === undefined) return gzippedLayer(content.open(raw), level, content)
  const descriptor: OciDescriptor = { ...raw, mediaType }
  const hash = createHash('sha256')
  for await (const part of decompressed(mediaType, content.open(raw), layerLimit)) hash.update(part)
  return { descriptor, diffId: `sha256:${hash.digest('hex')}` }
}

function compressionOf(head: Buffer): string | undefined {
  if (head.toString('hex', 0, 2) === '1f8b') return mediaTypes.gzipLayer
  return head.toString('hex', 0, 4) === '28b52ffd' ? mediaTypes.zstdLayer : undefined
}

async function peek(body: Bytes): Promise<{ head: Buffer; whole: Bytes }> {
  const iterator = body[Symbol.asyncIterator]()
  let head: Buffer = Buffer.alloc(0)
  while (head.length < magic.at + magic.text.length) {
    const next = await iterator.next()
    if (next.done) break
    head = Buffer.concat([head, next.value])
  }
  return { head, whole: following(head, { [Symbol.asyncIterator]: () => iterator }) }
}

async function* following(head: Buffer, rest: Bytes): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head
  yield* rest
}

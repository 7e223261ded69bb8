import { open, type FileHandle } from 'node:fs/promises'
import type { Workshop } from '../contracts/workshop.ts'
import type { DeflateMemory, DeflatePiece } from '../formats/deflate-pieces.ts'
import { recorded } from '../values/recorded.ts'
import type { Binary } from '../values/binary.ts'
import type { Descriptor } from '../values/descriptor.ts'
import type { Json } from '../values/json.ts'

/**
 * Compresses with the pieces that were compressed last time: of a program that changed a little most are the same. Those
 * of this time are for the next. What is found was written by an earlier run and is hashed as a whole before any of it is used.
 * @param like what was compressed: the same each time, whatever its bytes are; with the level and the zlib
 */
export async function withRememberedPieces<D extends Descriptor>(
  { content, hints }: Pick<Workshop, 'content' | 'hints'>, like: Json, compress: (memory: DeflateMemory) => Promise<D>,
): Promise<D> {
  const earlier = await earlierPieces(await hints.find(like), content)
  const kept: DeflatePiece[] = []
  try {
    const made = await compress({ find: digest => earlier?.find(digest), keep: piece => { kept.push(piece) } })
    if (kept.length > 0) await hints.keep(like, { blob: { mediaType: made.mediaType, digest: made.digest, size: made.size }, pieces: kept.map(({ digest, offset, size }) => [digest, offset, size]) })
    return made
  } finally {
    await earlier?.close()
  }
}

interface Earlier {
  find(digest: string): Promise<Uint8Array> | undefined
  close(): Promise<void>
}

async function earlierPieces(hint: Json | undefined, content: Workshop['content']): Promise<Earlier | undefined> {
  const { blob, pieces } = (hint ?? {}) as { readonly blob?: Json; readonly pieces?: Json }
  const descriptor = recorded(blob)
  if (!descriptor || !Array.isArray(pieces)) return undefined
  const places = new Map((pieces as readonly [string, number, number][]).map(([digest, offset, size]) => [digest, { offset, size }]))
  const file = await fileOf(descriptor, content)
  if (!file) return undefined
  const read = windowOn(file)
  return {
    find: digest => {
      const place = places.get(digest)
      return place && read(place)
    },
    close: () => file.close(),
  }
}

/** A blob that is gone, or not what it was, is no help and no harm. */
async function fileOf(descriptor: Descriptor, content: Workshop['content']): Promise<FileHandle | undefined> {
  try {
    return await open(await content.file(descriptor))
  } catch {
    return undefined
  }
}

interface Place {
  readonly offset: number
  readonly size: number
}

/** Bytes that are read at once: pieces that are found follow each other. */
const windowSize = 1 << 20

/** Reads pieces of a file. */
function windowOn(file: FileHandle): (place: Place) => Promise<Uint8Array> {
  let last: { readonly start: number; readonly bytes: Promise<Buffer> } | undefined
  return async ({ offset, size }) => {
    if (!last || offset < last.start || offset + size > last.start + windowSize) last = { start: offset, bytes: readAt(file, offset, Math.max(size, windowSize)) }
    const { start, bytes } = last
    const piece = (await bytes).subarray(offset - start, offset - start + size)
    if (piece.length !== size) throw new Error(`a blob of the cache ended after ${offset + piece.length} bytes`)
    return piece
  }
}

async function readAt(file: FileHandle, offset: number, size: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafeSlow(size), 0, size, offset)
  return buffer.subarray(0, bytesRead)
}

/** What programs of one target are alike in from release to release, whatever they are packed into. */
export function ofPrograms(binaries: readonly Binary[], { level, zlib }: { readonly level: number, readonly zlib: string }): Json {
  return ['gzip', binaries.map(({ project, program, target }) => [project, program, target]), level, zlib]
}

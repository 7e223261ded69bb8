import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Content, Damage } from '../../lib/contracts/content.ts'
import type { Records } from '../../lib/contracts/records.ts'
import type { Descriptor, Digest } from '../../lib/values/descriptor.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import type { Json } from '../../lib/values/json.ts'

/** A cache in memory, open to the test: a blob that is replaced here is damaged, one that is deleted is lost. */
export interface MemoryStore {
  readonly content: Content
  readonly records: Records
  readonly blobs: Map<Digest, Uint8Array>
  readonly kept: Map<Digest, Json>
  /** Folders that `temporary` makes are gone after `close`; none is made before one is asked for. */
  temporary(): Promise<string>
  discard(folder: string): Promise<void>
  close(): Promise<void>
}

/** Opens an empty store. */
export function memoryStore(): MemoryStore {
  const blobs = new Map<Digest, Uint8Array>()
  const kept = new Map<Digest, Json>()
  const folders = new Set<string>()
  const temporary = async (): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-memory-'))
    folders.add(folder)
    return folder
  }
  const discard = async (folder: string): Promise<void> => {
    folders.delete(folder)
    await rm(folder, { recursive: true, force: true })
  }
  return {
    blobs, kept, temporary, discard,
    content: contentIn(blobs, temporary),
    records: {
      find: async key => kept.get(key),
      keep: async (key, value) => { kept.set(key, value) },
    },
    close: async () => { await Promise.all([...folders].map(discard)) },
  }
}

function contentIn(blobs: Map<Digest, Uint8Array>, temporary: () => Promise<string>): Content {
  const take = (bytes: Uint8Array, mediaType: string): Descriptor => {
    const digest: Digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
    blobs.set(digest, bytes)
    return { mediaType, digest, size: bytes.length }
  }
  return {
    has: async ({ digest, size }) => blobs.get(digest)?.length === size,
    async *open(descriptor) {
      const bytes = blobs.get(descriptor.digest)
      if (bytes) yield bytes
      requireWhole(bytes, descriptor)
    },
    file: async descriptor => {
      const bytes = blobs.get(descriptor.digest)
      const file = join(await temporary(), 'blob')
      await writeFile(file, requireWhole(bytes, descriptor))
      return file
    },
    put: async (bytes, mediaType) => {
      const chunks: Uint8Array[] = []
      for await (const chunk of bytes) chunks.push(chunk)
      return take(Buffer.concat(chunks), mediaType)
    },
    adopt: async (file, mediaType) => {
      const descriptor = take(await readFile(file), mediaType)
      await rm(file)
      return descriptor
    },
    drop: async ({ digest }) => { blobs.delete(digest) },
  }
}

function requireWhole(bytes: Uint8Array | undefined, damaged: Descriptor): Uint8Array {
  const digest = bytes && createHash('sha256').update(bytes).digest('hex')
  if (bytes && `sha256:${digest}` === damaged.digest && bytes.length === damaged.size) return bytes
  const cause: Damage = { damaged }
  throw new ReleaseError(`Cannot read ${damaged.digest}: it is ${bytes ? 'damaged' : 'missing'}`, { code: 'CONTENT', cause })
}

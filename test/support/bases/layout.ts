import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { OciDescriptor } from '../../../lib/oci/descriptor.ts'
import type { Descriptor, Digest } from '../../../lib/values/descriptor.ts'

/** An OCI image layout that is being written: OCI image specification 1.1, "image layout". */
export interface Layout {
  put(bytes: Uint8Array, mediaType: string): Promise<Descriptor>
  read(digest: Digest): Promise<Buffer>
  /** Writes index.json: what is there, by name. */
  finish(roots: Readonly<Record<string, OciDescriptor>>): Promise<void>
}

/** Writes a layout into a folder, which is made. */
export async function layoutIn(folder: string): Promise<Layout> {
  const pathOf = (digest: Digest): string => join(folder, 'blobs', 'sha256', digest.slice('sha256:'.length))
  await mkdir(join(folder, 'blobs', 'sha256'), { recursive: true })
  return {
    put: async (bytes, mediaType) => {
      const digest: Digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
      await writeFile(pathOf(digest), bytes)
      return { mediaType, digest, size: bytes.length }
    },
    read: digest => readFile(pathOf(digest)),
    finish: async roots => {
      const manifests = Object.entries(roots).map(([name, { mediaType, digest, size }]) =>
        ({ mediaType, digest, size, annotations: { 'org.opencontainers.image.ref.name': name } }))
      await writeFile(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
      await writeFile(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }))
    },
  }
}

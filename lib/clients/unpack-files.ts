import { createWriteStream } from 'node:fs'
import { chmod, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Content } from '../contracts/content.ts'
import type { Descriptor } from '../values/descriptor.ts'
import type { FileEntry, Files } from '../values/files.ts'

/** The list of files in a set. */
export async function listFiles(files: Descriptor, content: Content): Promise<readonly FileEntry[]> {
  const parts: Uint8Array[] = []
  for await (const part of content.open(files)) parts.push(part)
  return JSON.parse(Buffer.concat(parts).toString()) as readonly FileEntry[]
}

/** Writes a set of files into a folder. @returns where each went, by its path */
export async function unpackFiles(files: Files, content: Content, folder: string): Promise<ReadonlyMap<string, string>> {
  const written = new Map<string, string>()
  for (const { path, mode, size, digest } of await listFiles(files, content)) {
    const file = join(folder, ...path.split('/'))
    await mkdir(dirname(file), { recursive: true })
    await pipeline(content.open({ mediaType: 'application/octet-stream', size, digest }), createWriteStream(file))
    await chmod(file, mode)
    written.set(path, file)
  }
  return written
}

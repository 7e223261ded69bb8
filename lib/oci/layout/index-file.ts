import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Digest } from '../../values/descriptor.ts'
import { digestOf } from '../../values/digest.ts'
import { ReleaseError } from '../../values/errors.ts'
import { whyUnreadable } from '../../values/why-unreadable.ts'
import type { OciDescriptor } from '../descriptor.ts'
import type { Index } from '../manifest.ts'
import { mediaTypes } from '../media-types.ts'
import { isIndex, parseManifest } from '../parse-manifest.ts'
import { writeDraft } from './draft.ts'

/** The names of a layout's entries: OCI image specification 1.1, "image layout", "index.json file". */
const nameKey = 'org.opencontainers.image.ref.name'

/** The name of an entry, where it has one. */
export function entryName({ annotations }: OciDescriptor): string | undefined {
  return annotations?.[nameKey]
}

/** An entry of that name. */
export function namedEntry({ mediaType, digest, size }: OciDescriptor, name: string): OciDescriptor {
  return { mediaType, digest, size, annotations: { [nameKey]: name } }
}

const hint = 'Name a folder that a tool wrote as an OCI image layout.'

const empty: Index = { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [] }

/** Reads `index.json`; an empty index where there is none. @throws ReleaseError (IMAGE) where the folder is no layout of version 1.0.0, (FILES) where it cannot be read */
export async function readIndexFile(folder: string): Promise<Index> {
  const layout = await readOptional(folder, 'oci-layout')
  const bytes = await readOptional(folder, 'index.json')
  if (!layout && !bytes) return empty
  if (!isLayout(layout)) throw refusal(folder, 'its oci-layout does not say imageLayoutVersion 1.0.0')
  if (!bytes) return empty
  const digest: Digest = digestOf(bytes)
  const index = parseManifest(bytes, { mediaType: mediaTypes.index, digest, size: bytes.length })
  if (!isIndex(index)) throw refusal(folder, 'its index.json lists no manifests')
  return index
}

/** Writes `index.json` whole or not at all, and `oci-layout` before it. The same entries give the same bytes. */
export async function writeIndexFile(folder: string, index: Index): Promise<void> {
  await writeLayoutFile(folder)
  const manifests = [...index.manifests].sort((a, b) => keyOf(a) < keyOf(b) ? -1 : 1)
  const { schemaVersion, mediaType = mediaTypes.index, annotations } = index
  const text = JSON.stringify({ schemaVersion, mediaType, manifests, ...annotations && { annotations } })
  await writeDraft(folder, join(folder, 'index.json'), [Buffer.from(text)])
}

async function writeLayoutFile(folder: string): Promise<void> {
  if (await readOptional(folder, 'oci-layout')) return
  await writeDraft(folder, join(folder, 'oci-layout'), [Buffer.from('{"imageLayoutVersion":"1.0.0"}')])
}

/** Names first, as people look for them. */
function keyOf(entry: OciDescriptor): string {
  const name = entryName(entry)
  return `${name === undefined ? '~' : `!${name}`} ${entry.digest} ${JSON.stringify(entry)}`
}

function isLayout(bytes: Buffer | undefined): boolean {
  try {
    return (JSON.parse(bytes?.toString() ?? '{}') as { imageLayoutVersion?: unknown }).imageLayoutVersion === '1.0.0'
  } catch {
    return false
  }
}

async function readOptional(folder: string, name: string): Promise<Buffer | undefined> {
  try {
    return await readFile(join(folder, name))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new ReleaseError(`Cannot read ${name} of the layout in ${folder}: ${whyUnreadable(cause)}`, { code: 'FILES', hint, cause })
  }
}

function refusal(folder: string, why: string): ReleaseError {
  return new ReleaseError(`Cannot use the layout in ${folder}: ${why}`, { code: 'IMAGE', hint })
}

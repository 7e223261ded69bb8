import { createReadStream } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { blobsIn } from '../oci/blobs.ts'
import { contentStore } from '../oci/content-source.ts'
import type { OciDescriptor } from '../oci/descriptor.ts'
import { layoutIn } from '../oci/layout.ts'
import { readDockerArchive } from '../oci/read-docker-archive.ts'
import type { Source } from '../oci/store.ts'
import { ReleaseError } from '../values/errors.ts'
import { whyUnreadable } from '../values/why-unreadable.ts'
import { clearDead } from './clear-dead.ts'
import { openEngine } from './docker-engine.ts'
import type { ImageEnd } from './image-end.ts'
import { openRegistry, type RegistryAccess } from './open-registry.ts'
import { processMark } from './process-mark.ts'
import { removeTree } from './remove-tree.ts'
import { untilStopped } from './until-stopped.ts'

/** An image where it is read from. */
export interface OpenSource {
  readonly source: Source
  readonly root: OciDescriptor
  /** Removes what was unpacked to read it. */
  close(): Promise<void>
}

/** Opens an end to read from it. @throws ReleaseError where there is no such image */
export async function openSource(end: ImageEnd, access: RegistryAccess): Promise<OpenSource> {
  switch (end.kind) {
    case 'registry': return plain(await openRegistry(end.reference, access), end.tagOrDigest)
    case 'layout': return plain(layoutIn(end.folder), end.digest ?? end.tag ?? '')
    case 'archive': return unpacked(readable(end.file, access.signal), end.file, end.name)
    case 'engine': {
      const engine = await openEngine({ environment: access.environment, signal: access.signal ?? new AbortController().signal })
      return unpacked(engine.save(end.name), `${end.name} of ${engine.name}`)
    }
  }
}

async function plain(source: Source, tagOrDigest: string): Promise<OpenSource> {
  return { source, root: await source.resolve(tagOrDigest), close: async () => undefined }
}

async function* readable(file: string, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  try {
    yield* untilStopped(createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>, signal)
  } catch (cause) {
    signal?.throwIfAborted()
    throw new ReleaseError(`Cannot read ${file}: ${whyUnreadable(cause)}`, { code: 'FILES', hint: 'Name a file that docker save or slipway copy wrote.', cause })
  }
}

const prefix = 'slipway-archive-'

/** An archive is no place to look things up in: it becomes content first. What killed processes left of that goes. */
async function unpacked(bytes: AsyncIterable<Uint8Array>, what: string, name?: string): Promise<OpenSource> {
  await clearDead(tmpdir(), prefix)
  const folder = await mkdtemp(join(tmpdir(), `${prefix}${processMark()}-`))
  const close = (): Promise<void> => removeTree(folder)
  try {
    const content = blobsIn(folder, join(folder, 'tmp'))
    const images = await readDockerArchive(bytes, content)
    const chosen = name === undefined ? images : images.filter(({ names }) => names.includes(name))
    const [first] = chosen
    if (!first || chosen.length > 1) throw ambiguous(what, name, images.flatMap(({ names }) => names))
    return { source: contentStore(content, what, [first.image]), root: first.image, close }
  } catch (error) {
    await close()
    throw error
  }
}

function ambiguous(what: string, name: string | undefined, names: readonly string[]): ReleaseError {
  return new ReleaseError(`Cannot read an image from ${what}: ${name === undefined ? `it has ${names.length === 0 ? 'none' : 'several'}` : `it has no ${name}`}`, {
    code: 'IMAGE', hint: names.length === 0 ? 'Save one into it first.' : `It has ${names.join(', ')}: write docker-archive:FILE:NAME.`,
  })
}

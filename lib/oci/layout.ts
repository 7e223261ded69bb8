import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import { tagProblem } from '../formats/tag-problem.ts'
import { ReleaseError } from '../values/errors.ts'
import type { OciDescriptor } from './descriptor.ts'
import { filePieces } from './file-pieces.ts'
import { clearDrafts, writeDraft } from './layout/draft.ts'
import { entryName, namedEntry, readIndexFile, writeIndexFile } from './layout/index-file.ts'
import { findEntry } from './layout/find-entry.ts'
import { layoutManifests } from './layout/manifests.ts'
import type { Index } from './manifest.ts'
import { isIndexType, isManifestType } from './media-types.ts'
import { otherBytes } from './other-bytes.ts'
import { childrenOf, isIndex } from './parse-manifest.ts'
import { referrersAmong } from './referrers-among.ts'
import type { Source, Store } from './store.ts'

type Bytes = AsyncIterable<Uint8Array>

/**
 * A folder in the form of the OCI image specification 1.1, "image layout", whoever wrote it; made where it is not there yet.
 * Files get their names when they are whole. One process at a time may write into it.
 *
 * A manifest that no other one lists stands in `index.json` without a name until it is tagged, so that nothing is lost.
 */
export function layoutIn(folder: string): Store {
  const name = `the layout in ${folder}`
  const fileOf = ({ digest }: Pick<OciDescriptor, 'digest'>): string => join(folder, 'blobs', 'sha256', digest.slice('sha256:'.length))
  const open: Source['open'] = descriptor => verified(fileOf(descriptor), descriptor, name)
  const manifests = layoutManifests(folder, { name, open })

  let last: Promise<unknown> = Promise.resolve()
  /** One change after the other: each reads what the one before it wrote. */
  const change = (entries: (before: Index) => Promise<readonly OciDescriptor[]>): Promise<void> => {
    const change = async (): Promise<void> => {
      const before = await readIndexFile(folder)
      const after = await entries(before)
      if (after !== before.manifests) await writeIndexFile(folder, { ...before, manifests: after })
    }
    const made = last.then(change)
    last = made.catch(() => {})
    return made
  }
  const note = (descriptor: OciDescriptor): Promise<void> => change(async ({ manifests: before }) => {
    const manifest = await manifests.read(descriptor)
    const children = new Set(isIndex(manifest) ? childrenOf(manifest).map(({ digest }) => digest) : [])
    const kept = before.filter(one => entryName(one) !== undefined || !children.has(one.digest))
    const listed = (await manifests.all()).some(({ digest }) => digest === descriptor.digest)
    const { mediaType, digest, size } = descriptor
    return listed ? (kept.length === before.length ? before : kept) : [...kept, { mediaType, digest, size }]
  })
  let cleared: Promise<void> | undefined

  const store: Store = {
    name, open,
    resolve: async tagOrDigest => {
      const { mediaType, digest, size } = await findEntry(tagOrDigest, { folder, name, manifests, fileOf })
      const descriptor = { mediaType, digest, size }
      await manifests.read(descriptor)   // what index.json says of it is checked against its bytes
      return descriptor
    },
    has: async descriptor => (await stat(fileOf(descriptor)).catch(() => undefined))?.size === descriptor.size,
    push: async (descriptor, openBytes) => {
      await (cleared ??= clearDrafts(folder))
      if (!await store.has(descriptor)) {
        await writeDraft(folder, fileOf(descriptor), openBytes(), ({ digest, size }) => {
          if (digest !== descriptor.digest || size !== descriptor.size) throw otherBytes(name, descriptor, digest)
        })
      }
      if (isManifestType(descriptor.mediaType) || isIndexType(descriptor.mediaType)) await note(descriptor)
    },
    tag: async (descriptor, tag) => {
      const problem = tagProblem(tag)
      if (problem !== undefined) throw new ReleaseError(`Cannot tag an image in ${name}: ${problem}`, { code: 'NAME', hint: 'Use letters, digits, dots, dashes and underscores.' })
      if (!await store.has(descriptor)) throw missing(`Cannot tag ${descriptor.digest} as ${tag} in ${name}`)
      await change(async ({ manifests: before }) => [
        ...before.filter(one => entryName(one) !== tag && (one.digest !== descriptor.digest || entryName(one) !== undefined)),
        namedEntry(descriptor, tag),
      ])
    },
    referrers: async ({ digest }) => referrersAmong(await manifests.all(), digest, manifests.read),
  }
  return store
}

async function* verified(file: string, descriptor: OciDescriptor, name: string): Bytes {
  const hash = createHash('sha256')
  let size = 0
  const what = `Cannot read ${descriptor.digest} from ${name}`
  try {
    for await (const bytes of createReadStream(file, filePieces(descriptor.size)) as AsyncIterable<Buffer>) {
      hash.update(bytes)
      size += bytes.length
      yield bytes
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') throw missing(what)
    throw cause
  }
  if (size === descriptor.size && `sha256:${hash.digest('hex')}` === descriptor.digest) return
  throw new ReleaseError(`${what}: its bytes are not what their name says`, { code: 'CONTENT', hint: 'Write the layout again.' })
}

function missing(what: string): ReleaseError {
  return new ReleaseError(`${what}: it is missing`, { code: 'CONTENT', hint: 'Write the layout again, with everything that its manifests list.' })
}

import type { Content, Damage } from '../../contracts/content.ts'
import { blobType } from '../../oci/cache-entry.ts'
import { placesFor } from '../../oci/copy/places.ts'
import type { Descriptor, Digest } from '../../values/descriptor.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Link } from './link.ts'

/** Content of which some is still elsewhere: a blob comes when its bytes are used, and is hashed before they are believed. */
export interface LazyContent {
  readonly content: Content
  /** Says that the shared cache has these. */
  expect(blobs: readonly Pick<Descriptor, 'digest' | 'size'>[]): void
  /** Bytes that came so far. */
  readonly fetched: () => number
}

/** Requests for blobs at a time. */
const atOnce = 6

export function lazyContent(local: Content, link: Link, tell: (line: string) => void): LazyContent {
  const elsewhere = new Map<Digest, number>()
  const refused = new Set<Digest>()
  /** What was promised and did not come; it is here once it has been made. */
  const lost = new Set<Digest>()
  const under = new Map<Digest, Promise<void>>()
  const places = placesFor(atOnce, () => undefined)
  let fetched = 0

  const fetch = async ({ digest, size }: Descriptor): Promise<void> => {
    lost.add(digest)
    const descriptor = { mediaType: blobType, digest, size }
    const came = await link.read(registry => places(() => local.put(registry.open(descriptor), blobType))).catch((error: unknown) => {
      elsewhere.delete(digest)
      refused.add(digest)
      tell(`The shared cache ${link.name} lacks ${digest.slice(0, 19)}, or has other bytes for it: it is made again. ${(error as Error).message}`)
      throw gone(descriptor)
    })
    if (!came) throw gone(descriptor)
    fetched += size
    lost.delete(digest)
  }
  /** What is neither here nor there is for the local content to say. */
  const bring = async (descriptor: Descriptor): Promise<void> => {
    const promised = elsewhere.get(descriptor.digest) === descriptor.size
    if (!(promised || lost.has(descriptor.digest)) || await local.has(descriptor)) return
    if (!promised) throw gone(descriptor)
    const coming = under.get(descriptor.digest) ?? fetch(descriptor).finally(() => under.delete(descriptor.digest))
    under.set(descriptor.digest, coming)
    await coming
  }
  return {
    content: {
      ...local,
      has: async descriptor => await local.has(descriptor) || (link.reads() && elsewhere.get(descriptor.digest) === descriptor.size),
      open: descriptor => opened(descriptor),
      file: async descriptor => {
        await bring(descriptor)
        return local.file(descriptor)
      },
      drop: async descriptor => {
        elsewhere.delete(descriptor.digest)
        await local.drop(descriptor)
      },
    },
    expect: blobs => { for (const { digest, size } of blobs) if (!refused.has(digest)) elsewhere.set(digest, size) },
    fetched: () => fetched,
  }

  async function* opened(descriptor: Descriptor): AsyncGenerator<Uint8Array> {
    await bring(descriptor)
    yield* local.open(descriptor)
  }
}

/** What makes a step be made again, as a damaged blob here would; why is told already. */
function gone(damaged: Descriptor): ReleaseError {
  const damage: Damage = { damaged, told: true }
  return new ReleaseError(`Cannot use ${damaged.digest}: the shared cache cannot give it`, {
    code: 'CONTENT', hint: 'Run the release again: what is missing is made here.', cause: damage,
  })
}

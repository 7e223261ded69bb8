import type { OciDescriptor } from '../descriptor.ts'
import { isForeign } from '../is-foreign.ts'
import { childrenOf, parseManifest } from '../parse-manifest.ts'
import { smallBlob } from '../small-blob.ts'
import type { Source } from '../store.ts'
import type { Endpoint } from './endpoint.ts'
import { has } from './has.ts'
import { isManifestOrIndex } from './manifest-types.ts'
import { lacksParts } from './passing.ts'
import { pushBlob, type UploadSizes } from './push-blob.ts'
import { putManifest } from './put-manifest.ts'
import { wholeLimit } from './read-whole.ts'

export interface PutWithParts {
  readonly descriptor: OciDescriptor
  readonly bytes: Uint8Array
  /** A tag; its digest where it is absent. */
  readonly reference?: string
  /** Where what it names can be had once more; nowhere where it is absent. */
  readonly from?: Source | undefined
  readonly sizes: UploadSizes
}

/**
 * Puts a manifest in. A registry that says it knows nothing of what the manifest names, though it took that in, may
 * see it late, or have lost it where two pushed it at once: what is missing is pushed again, and the manifest after it.
 * @returns as `putManifest`
 * @throws as `putManifest`, when the registry has said so as often as anything is tried
 */
export async function putWithParts(endpoint: Endpoint, put: PutWithParts): Promise<boolean> {
  const { descriptor: { digest, mediaType }, bytes, reference = digest } = put
  for (let tries = 1; ; tries += 1) {
    try {
      return await putManifest(endpoint, { bytes, mediaType, reference })
    } catch (error) {
      if (!lacksParts(error) || tries >= endpoint.patience.tries) throw error
      endpoint.log(`${(error as Error).message}; looking what is missing`)
      await endpoint.patience.rest(tries)
      await pushMissing(endpoint, put)
    }
  }
}

async function pushMissing(endpoint: Endpoint, { descriptor, bytes, from, sizes }: PutWithParts): Promise<void> {
  if (!from) return
  const parts = childrenOf(parseManifest(bytes, descriptor)).filter(part => !isForeign(part))
  const there = await Promise.all(parts.map(part => has(endpoint, part)))
  // What two layers have in common is one blob.
  const missing = new Map(parts.filter((_part, at) => !there[at]).map(part => [part.digest, part]))
  for (const part of missing.values()) await pushPart(endpoint, part, from, sizes)
}

async function pushPart(endpoint: Endpoint, descriptor: OciDescriptor, from: Source, sizes: UploadSizes): Promise<void> {
  if (!isManifestOrIndex(descriptor.mediaType)) return pushBlob(endpoint, { descriptor, open: () => from.open(descriptor), lacking: true, sizes })
  await putWithParts(endpoint, { descriptor, bytes: await smallBlob(from, descriptor, wholeLimit), from, sizes })
}

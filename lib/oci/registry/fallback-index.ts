import type { Digest } from '../../values/descriptor.ts'
import { digestOf } from '../../values/digest.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { OciDescriptor } from '../descriptor.ts'
import { jsonBytes } from '../json-bytes.ts'
import type { Index } from '../manifest.ts'
import { isIndexType, mediaTypes } from '../media-types.ts'
import { isIndex, parseManifest } from '../parse-manifest.ts'
import type { Endpoint } from './endpoint.ts'
import { statusOf } from './passing.ts'
import { putManifest } from './put-manifest.ts'
import { readManifest } from './read-manifest.ts'

const tries = 5

/** The tag that stands for a registry's own list: OCI distribution specification 1.1, "referrers tag schema". */
export function fallbackTag(digest: Digest): string {
  return digest.replace(':', '-')
}

/** What the fallback tag lists; nothing where there is no such tag. */
export async function readFallback(endpoint: Endpoint, subject: Digest): Promise<readonly OciDescriptor[]> {
  return (await read(endpoint, subject))?.manifests ?? []
}

/**
 * Adds an entry to the fallback index, and looks whether it is there: there is no compare-and-swap, so that somebody else's
 * writing at the same moment may have taken it away again.
 */
export async function addToFallback(endpoint: Endpoint, subject: Digest, entry: OciDescriptor): Promise<void> {
  for (let count = 0; count < tries; count += 1) {
    if (count > 0) await endpoint.patience.rest(count)
    if (await written(endpoint, subject, entry)) return
  }
  throw new ReleaseError(`Cannot list ${entry.digest} at ${fallbackTag(subject)} in ${endpoint.name}: others write there at the same time`, {
    code: 'REGISTRY', hint: 'Run the release again when nothing else signs or publishes this image.',
  })
}

async function written(endpoint: Endpoint, subject: Digest, entry: OciDescriptor): Promise<boolean> {
  const before = await read(endpoint, subject)
  const manifests = before?.manifests ?? []
  if (manifests.some(({ digest }) => digest === entry.digest)) return true
  const index: Index = { ...before, schemaVersion: 2, mediaType: mediaTypes.index, manifests: [...manifests, entry] }
  await putManifest(endpoint, { bytes: jsonBytes(index), mediaType: mediaTypes.index, reference: fallbackTag(subject) })
  return (await read(endpoint, subject))?.manifests.some(({ digest }) => digest === entry.digest) ?? false
}

async function read(endpoint: Endpoint, subject: Digest): Promise<Index | undefined> {
  const found = await readManifest(endpoint, fallbackTag(subject)).catch((error: unknown) => {
    if (statusOf(error) === 404) return undefined
    throw error
  })
  if (!found) return undefined
  const manifest = isIndexType(found.descriptor.mediaType) ? parseManifest(found.bytes, { ...found.descriptor, digest: digestOf(found.bytes) }) : undefined
  if (manifest && isIndex(manifest)) return manifest
  throw new ReleaseError(`Cannot read what refers to ${subject} in ${endpoint.name}: its tag ${fallbackTag(subject)} is no index`, {
    code: 'REGISTRY', hint: 'Delete the tag, if nobody needs it.',
  })
}

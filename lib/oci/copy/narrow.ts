import { digestOf } from '../../values/digest.ts'
import { ReleaseError } from '../../values/errors.ts'
import { isAttestation } from '../attestation.ts'
import type { OciDescriptor } from '../descriptor.ts'
import { jsonBytes } from '../json-bytes.ts'
import type { Index } from '../manifest.ts'
import { isIndexType } from '../media-types.ts'
import type { OciPlatform } from '../oci-platform.ts'
import { isIndex } from '../parse-manifest.ts'
import { choosePlatform, platformText } from '../platform.ts'
import { readManifest } from '../read-manifest.ts'
import type { Source } from '../store.ts'
import type { Sides } from './sides.ts'

/** Indexes in indexes. */
const deepest = 8

export interface Narrowed {
  readonly root: OciDescriptor
  /** The source, with the new indexes in it. */
  readonly from: Source
}

/**
 * An index with these platforms alone, and with what says how they were made; what names no platform stays. It is another
 * index with another digest, unless it has no others. What is no index is left as it is.
 * @throws ReleaseError (IMAGE) where it lacks one of them
 */
export async function narrow(root: OciDescriptor, platforms: readonly OciPlatform[], from: Source, { reading }: Sides): Promise<Narrowed> {
  const made = new Map<string, Uint8Array>()
  const missing = new Set(platforms)
  const had = new Set<string>()

  const keep = async (descriptor: OciDescriptor, depth: number): Promise<OciDescriptor | undefined> => {
    if (!isIndexType(descriptor.mediaType) || depth > deepest) return descriptor
    const { manifest } = await reading(() => readManifest(from, descriptor))
    if (!isIndex(manifest)) return descriptor
    const kept = await keptOf(manifest, depth)
    if (kept.length === manifest.manifests.length && kept.every((one, at) => one === manifest.manifests[at])) return descriptor
    if (kept.length === 0 && depth > 0) return undefined
    const bytes = jsonBytes({ ...manifest, manifests: kept })
    const { data: _, ...rest } = descriptor
    const narrowed = { ...rest, digest: digestOf(bytes), size: bytes.length }
    made.set(narrowed.digest, bytes)
    return narrowed
  }
  const keptOf = async ({ manifests }: Index, depth: number): Promise<readonly OciDescriptor[]> => {
    const chosen = new Set<string>()
    for (const { platform } of manifests.filter(one => !isAttestation(one))) if (platform) had.add(platformText(platform))
    for (const platform of platforms) {
      const found = choosePlatform(manifests, platform)
      if (!found) continue
      missing.delete(platform)
      chosen.add(found.digest)
    }
    const kept = await Promise.all(manifests.map(async one => {
      if (isIndexType(one.mediaType)) return keep(one, depth + 1)
      if (isAttestation(one)) return chosen.has(one.annotations?.['vnd.docker.reference.digest'] ?? '') ? one : undefined
      return !one.platform || chosen.has(one.digest) ? one : undefined
    }))
    return kept.filter(one => one !== undefined)
  }

  const narrowed = await keep(root, 0)
  if (!narrowed || (missing.size > 0 && isIndexType(root.mediaType))) throw lacking(root, from, [...missing], [...had])
  return { root: narrowed, from: made.size === 0 ? from : withBytes(from, made) }
}

function withBytes(from: Source, made: ReadonlyMap<string, Uint8Array>): Source {
  const open: Source['open'] = descriptor => {
    const bytes = made.get(descriptor.digest)
    return bytes ? (async function* () { yield bytes })() : from.open(descriptor)
  }
  return {
    name: from.name, open, resolve: from.resolve,
    // Nothing refers to what was made just now.
    ...from.referrers && { referrers: async (one: OciDescriptor) => made.has(one.digest) ? [] : await from.referrers?.(one) ?? [] },
  }
}

function lacking({ digest }: OciDescriptor, { name }: Source, missing: readonly OciPlatform[], had: readonly string[]): ReleaseError {
  const has = had.length > 0 ? `it has ${had.join(', ')}` : 'it names no platforms'
  return new ReleaseError(`Cannot copy ${digest} from ${name} for ${missing.map(platformText).join(', ')}: ${has}`, {
    code: 'IMAGE', hint: 'Ask for platforms that it has.',
  })
}

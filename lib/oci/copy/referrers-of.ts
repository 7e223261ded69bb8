import { ReleaseError } from '../../values/errors.ts'
import type { OciDescriptor } from '../descriptor.ts'
import { statusOf } from '../registry/passing.ts'
import type { Source } from '../store.ts'

export interface FoundReferrer {
  readonly descriptor: OciDescriptor
  /** The tag that it is found by, where nothing else tells. */
  readonly tag?: string
}

/** What cosign tagged before registries could list referrers, in the repository of the image. */
const suffixes = ['sig', 'att', 'sbom']

/** What refers to a manifest: by its subject, or by a tag made of the manifest's digest. */
export async function referrersOf(from: Source, descriptor: OciDescriptor): Promise<readonly FoundReferrer[]> {
  const bySubject = await from.referrers?.(descriptor) ?? []
  const found: FoundReferrer[] = bySubject.map(({ mediaType, digest, size }) => ({ descriptor: { mediaType, digest, size } }))
  for (const suffix of suffixes) {
    const tag = `${descriptor.digest.replace(':', '-')}.${suffix}`
    const tagged = await resolveWhereThere(from, tag)
    if (tagged) found.push({ descriptor: tagged, tag })
  }
  return found
}

/** Only where it is not there: a signature is not lost because a registry is not well for a moment. */
async function resolveWhereThere(from: Source, tag: string): Promise<OciDescriptor | undefined> {
  try {
    return await from.resolve(tag)
  } catch (error) {
    if (error instanceof ReleaseError && error.code === 'REGISTRY' && (statusOf(error) ?? 404) === 404) return undefined
    throw error
  }
}

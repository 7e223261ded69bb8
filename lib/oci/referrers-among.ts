import type { Digest } from '../values/descriptor.ts'
import type { OciDescriptor } from './descriptor.ts'
import type { Index, Manifest } from './manifest.ts'
import { referrer } from './referrer.ts'

/** Those of some manifests whose subject is this one, as a list of referrers has them; sorted by digest. */
export async function referrersAmong(
  manifests: readonly OciDescriptor[], subject: Digest, read: (one: OciDescriptor) => Promise<Manifest | Index>,
): Promise<readonly OciDescriptor[]> {
  const found = await Promise.all(manifests.map(async one => {
    const manifest = await read(one)
    return manifest.subject?.digest === subject ? [referrer(one, manifest)] : []
  }))
  return found.flat().sort((a, b) => a.digest < b.digest ? -1 : 1)
}

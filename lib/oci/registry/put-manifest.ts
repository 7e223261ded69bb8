import { digestOf } from '../../values/digest.ts'
import { ReleaseError } from '../../values/errors.ts'
import { readableBytes } from '../../values/readable.ts'
import type { Endpoint } from './endpoint.ts'
import { wholeLimit } from './read-whole.ts'

export interface PutManifest {
  readonly bytes: Uint8Array
  readonly mediaType: string
  /** A tag, or its digest. */
  readonly reference: string
}

/**
 * Puts a manifest in by its digest or a tag: OCI distribution specification 1.1, "pushing manifests".
 * @returns whether the registry lists it among the referrers of its subject by itself
 * @throws ReleaseError (REGISTRY) where it is too large or the registry stores something else; else as `Ask`
 */
export async function putManifest({ ask, url, name, repository }: Endpoint, { bytes, mediaType, reference }: PutManifest): Promise<boolean> {
  const purpose = `push the manifest ${reference} to ${name}`
  if (bytes.length > wholeLimit) {
    throw new ReleaseError(`Cannot ${purpose}: it has more than ${readableBytes(wholeLimit)}`, { code: 'REGISTRY', hint: 'Registries take no larger ones: put less into one image.' })
  }
  const answer = await ask({
    method: 'PUT', url: url(`manifests/${reference}`), headers: { 'Content-Type': mediaType }, body: { size: bytes.length, open: () => [bytes] },
    expect: [200, 201, 202], access: [{ repository, actions: ['pull', 'push'] }], purpose,
  })
  await answer.discard()
  const told = answer.header('docker-content-digest')
  if (told?.startsWith('sha256:') && told !== digestOf(bytes)) {
    throw new ReleaseError(`Cannot ${purpose}: it stored ${told}, not ${digestOf(bytes)}`, { code: 'REGISTRY', hint: 'Run the release again; if it stays so, the registry, or something before it, changes manifests.' })
  }
  return answer.header('oci-subject') !== undefined
}

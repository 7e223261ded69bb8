import type { Digest } from '../../values/descriptor.ts'
import { digestOf } from '../../values/digest.ts'
import type { OciDescriptor } from '../descriptor.ts'
import { mediaTypes } from '../media-types.ts'
import { isIndex, parseManifest } from '../parse-manifest.ts'
import type { Endpoint } from './endpoint.ts'
import { pages } from './pages.ts'

/** What registries answer that do not know of referrers. */
const unknown = [400, 404, 405, 501]

/** What refers to a digest as the registry itself lists it; undefined where it does not: OCI distribution specification 1.1, "listing referrers". */
export async function listReferrers(endpoint: Endpoint, digest: Digest): Promise<readonly OciDescriptor[] | undefined> {
  const { name, repository, url } = endpoint
  const found: OciDescriptor[] = []
  const question = { method: 'GET', url: url(`referrers/${digest}`), headers: { Accept: mediaTypes.index }, expect: [200, ...unknown], access: [{ repository, actions: ['pull'] }], purpose: `list what refers to ${digest} in ${name}` } as const
  for await (const { answer, bytes } of pages(endpoint, question)) {
    if (answer.status !== 200) return undefined
    const index = parseManifest(bytes, { mediaType: mediaTypes.index, digest: digestOf(bytes), size: bytes.length })
    if (isIndex(index)) found.push(...index.manifests)
  }
  return found
}

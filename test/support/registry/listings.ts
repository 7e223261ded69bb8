import { type Answer, json, refusal } from './answer.ts'
import type { ParsedManifest } from './manifests.ts'
import type { FakeRegistryOptions } from './options.ts'
import type { Repository, StoredManifest } from './state.ts'

/** OCI distribution specification 1.1, "listing tags": sorted, in pages. */
export function listTags(url: URL, name: string, repository: Repository | undefined, { pageSize = Infinity }: FakeRegistryOptions): Answer {
  if (!repository) return refusal(404, 'NAME_UNKNOWN', 'repository name not known to registry')
  const after = url.searchParams.get('last') ?? ''
  const tags = [...repository.tags.keys()].sort().filter(tag => tag > after)
  const page = tags.slice(0, Math.min(pageSize, Number(url.searchParams.get('n') ?? Infinity)))
  const next = page.length < tags.length ? { link: `</v2/${name}/tags/list?last=${page.at(-1)}&n=${page.length}>; rel="next"` } : {}
  return json({ name, tags: page.length > 0 ? page : null }, next)
}

/** OCI distribution specification 1.1, "listing referrers". */
export function listReferrers(url: URL, name: string, digest: string, repository: Repository | undefined, options: FakeRegistryOptions): Answer {
  if (!options.referrers) return { status: 404, headers: { 'content-type': 'text/plain' }, body: '404 page not found\n' }
  const { pageSize = Infinity } = options
  const all = [...repository?.manifests ?? []].flatMap(([own, stored]) => referrer(own, stored, digest))
  const from = Number(url.searchParams.get('from') ?? 0)
  const manifests = all.slice(from, from + pageSize)
  const next = from + manifests.length < all.length ? { link: `<${url.pathname}?from=${from + manifests.length}>; rel="next"` } : {}
  return json({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests }, { 'content-type': 'application/vnd.oci.image.index.v1+json', ...next })
}

function referrer(digest: string, { mediaType, bytes }: StoredManifest, subject: string): readonly object[] {
  const manifest = JSON.parse(bytes.toString()) as ParsedManifest
  if (manifest.subject?.digest !== subject) return []
  const artifactType = manifest.artifactType ?? manifest.config?.mediaType
  return [{ mediaType, digest, size: bytes.length, ...artifactType && { artifactType }, ...manifest.annotations && { annotations: manifest.annotations } }]
}

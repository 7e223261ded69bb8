import type { Links } from './call.ts'
import { nodeId } from './node-id.ts'
import { presentUser } from './present-user.ts'
import { type AssetState, fullNameOf, type ReleaseState, type RepositoryState } from './state.ts'

export interface Presenting {
  readonly repository: RepositoryState
  readonly links: Links
  /** Whether digests of assets are told. */
  readonly digests: boolean
}

/** What addresses of a release end in: a draft has no tag yet. */
export function slugOf({ id, tag, draft }: Pick<ReleaseState, 'id' | 'tag' | 'draft'>): string {
  return draft ? `untagged-${id.toString(16).padStart(20, '0')}` : encodeURIComponent(tag)
}

export function presentRelease(release: ReleaseState, context: Presenting): Readonly<Record<string, unknown>> {
  const { repository, links } = context
  const { id, tag, draft } = release
  const [url, web] = [`${links.api}/repos/${fullNameOf(repository)}/releases/${id}`, `${links.web}/${fullNameOf(repository)}`]
  const ball = (kind: string): string | null => draft ? null : `${links.api}/repos/${fullNameOf(repository)}/${kind}/${encodeURIComponent(tag)}`
  return {
    url, assets_url: `${url}/assets`, upload_url: `${links.uploads}/repos/${fullNameOf(repository)}/releases/${id}/assets{?name,label}`,
    html_url: `${web}/releases/tag/${slugOf(release)}`, id, author: presentUser(release.author, links), node_id: nodeId('RE', id),
    tag_name: tag, target_commitish: release.target, name: release.name, draft, immutable: release.immutable, prerelease: release.prerelease,
    created_at: release.createdAt, updated_at: release.updatedAt, published_at: release.publishedAt,
    assets: [...release.assets.values()].map(asset => presentAsset(asset, release, context)),
    tarball_url: ball('tarball'), zipball_url: ball('zipball'), body: release.body,
  }
}

export function presentAsset(asset: AssetState, release: ReleaseState, { repository, links, digests }: Presenting): Readonly<Record<string, unknown>> {
  const { id, name, label, state, contentType, size, digest, downloads, uploader, createdAt } = asset
  return {
    url: `${links.api}/repos/${fullNameOf(repository)}/releases/assets/${id}`, id, node_id: nodeId('RA', id), name, label,
    uploader: presentUser(uploader, links), content_type: contentType, state, size, digest: digests ? digest : null, download_count: downloads,
    created_at: createdAt, updated_at: createdAt,
    browser_download_url: `${links.web}/${fullNameOf(repository)}/releases/download/${slugOf(release)}/${encodeURIComponent(name)}`,
  }
}

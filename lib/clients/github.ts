import { createHash } from 'node:crypto'
import type { Digest } from '../values/descriptor.ts'
import { askingOf, type GithubAccess } from './github/access.ts'
import { type GithubPlace, placeOf, trustedUpload } from './github/address.ts'
import { assetIn, type GithubAsset, type GithubRelease, releaseIn } from './github/answers.ts'
import type { Asking } from './github/ask.ts'
import { everyPage, orNone, perPage, repositoryFacts, type RepositoryFacts } from './github/reading.ts'

export interface ReleaseWishes {
  readonly tag: string
  /** The commit that the tag is made on where it is not there. */
  readonly commit: string
  readonly name: string
  readonly notes: string
  readonly draft: boolean
  readonly prerelease: boolean
  readonly latest: boolean
}

export interface GithubFile {
  readonly name: string
  readonly mediaType: string
  /** Bytes that `open` yields. */
  readonly size: number
  open(): AsyncIterable<Uint8Array>
}

/**
 * Releases of one repository. What reads, changes to a given state or deletes is tried again by itself; what creates is sent once.
 * Every call throws ReleaseError as `AskGithub`.
 */
export interface Github {
  facts(): Promise<RepositoryFacts>
  /** GitHub's own notes. Asking makes nothing, and is for those who may write alone. */
  generateNotes(tag: string, commit: string, previous?: string): Promise<string>
  /** The commit that a tag stands for; undefined where there is no such tag. */
  commitOf(tag: string): Promise<string | undefined>
  /** Whether an immutable release was ever made of a tag; undefined where that cannot be asked. */
  attested(tag: string): Promise<boolean | undefined>
  /** All of them, drafts too for those who may write. */
  releases(): Promise<readonly GithubRelease[]>
  /** The tag of what is shown as the latest. */
  latest(): Promise<string | undefined>
  createDraft(tag: string, commit: string): Promise<GithubRelease>
  update(id: number, wishes: ReleaseWishes): Promise<GithubRelease>
  /** One that is gone is no error. */
  remove(id: number): Promise<void>
  assets(release: number): Promise<readonly GithubAsset[]>
  /** Undefined where there is none. */
  asset(id: number): Promise<GithubAsset | undefined>
  upload(release: GithubRelease, file: GithubFile): Promise<GithubAsset>
  /** One that is gone is no error. */
  removeAsset(id: number): Promise<void>
  /** The digest of an asset's bytes; where GitHub does not tell it all of them are read. */
  digest(asset: GithubAsset): Promise<Digest>
  /** Waits after so many tries. */
  rest(tries: number): Promise<void>
}

/** @throws ReleaseError (USAGE) for what is no name of a repository and no address */
export function createGithub(access: GithubAccess): Github {
  const { repository } = access
  const place = placeOf(repository)
  const asking = askingOf(access, place)
  const { ask } = asking
  return {
    ...reading(asking, place, repository), rest: asking.rest,
    createDraft: (tag, commit) => ask(`make a draft of the release ${tag} of ${repository}`, async api =>
      releaseIn((await api.request('POST /repos/{owner}/{repo}/releases', { ...place, tag_name: tag, target_commitish: commit, draft: true })).data), { once: true }),
    update: (id, { tag, commit, name, notes, latest, ...flags }) => ask(`write the release ${tag} of ${repository}`, async api =>
      releaseIn((await api.request('PATCH /repos/{owner}/{repo}/releases/{release_id}', {
        ...place, release_id: id, tag_name: tag, target_commitish: commit, name, body: notes, ...flags, ...flags.draft ? {} : { make_latest: latest ? 'true' : 'false' },
      })).data)),
    remove: id => ask(`delete a release of ${repository}`, api => gone(api.request('DELETE /repos/{owner}/{repo}/releases/{release_id}', { ...place, release_id: id }))),
    removeAsset: id => ask(`delete an asset of ${repository}`, api => gone(api.request('DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}', { ...place, asset_id: id }))),
    upload: async ({ uploadUrl }, file) => {
      const url = trustedUpload(uploadUrl, access.baseUrl)
      const { FileBody } = await import('./github/fetch.ts')
      return ask(`upload ${file.name} to ${repository}`, async api => assetIn((await api.request({
        method: 'POST', url: `${url}?name=${encodeURIComponent(file.name)}`, headers: { 'content-type': file.mediaType }, data: new FileBody(file),
      })).data), { once: true })
    },
  }
}

function reading({ ask }: Asking, place: GithubPlace, repository: string): Pick<Github, 'facts' | 'generateNotes' | 'commitOf' | 'attested' | 'releases' | 'latest' | 'assets' | 'asset' | 'digest'> {
  return {
    facts: () => repositoryFacts(ask, place, repository),
    generateNotes: (tag, commit, previous) => ask(`write releases of ${repository}`, async api =>
      (await api.request('POST /repos/{owner}/{repo}/releases/generate-notes', { ...place, tag_name: tag, target_commitish: commit, ...(previous === undefined ? {} : { previous_tag_name: previous }) })).data.body),
    commitOf: tag => ask(`look up the tag ${tag} of ${repository}`, api => orNone(async () => {
      const { data: { object } } = await api.request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...place, ref: `tags/${tag}` })
      return object.type === 'tag' ? (await api.request('GET /repos/{owner}/{repo}/git/tags/{tag_sha}', { ...place, tag_sha: object.sha })).data.object.sha : object.sha
    })),
    attested: async tag => (await import('./github/attested.ts')).attestedTag(ask, place, tag),
    releases: () => ask(`list the releases of ${repository}`, async api =>
      (await everyPage(async page => (await api.request('GET /repos/{owner}/{repo}/releases', { ...place, per_page: perPage, page })).data)).map(releaseIn)),
    latest: () => ask(`look up the latest release of ${repository}`, api => orNone(async () => releaseIn((await api.request('GET /repos/{owner}/{repo}/releases/latest', place)).data).tag)),
    assets: id => ask(`list the assets of a release of ${repository}`, async api =>
      (await everyPage(async page => (await api.request('GET /repos/{owner}/{repo}/releases/{release_id}/assets', { ...place, release_id: id, per_page: perPage, page })).data)).map(assetIn)),
    asset: id => ask(`look up an asset of ${repository}`, api => orNone(async () => assetIn((await api.request('GET /repos/{owner}/{repo}/releases/assets/{asset_id}', { ...place, asset_id: id })).data))),
    digest: async ({ id, name, digest }) => digest ?? ask(`read ${name} of ${repository}`, async api => hashed((await api.request('GET /repos/{owner}/{repo}/releases/assets/{asset_id}', {
      ...place, asset_id: id, headers: { accept: 'application/octet-stream' }, request: { parseSuccessResponseBody: false },
    })).data as unknown as AsyncIterable<Uint8Array>)),
  }
}

async function hashed(bytes: AsyncIterable<Uint8Array>): Promise<Digest> {
  const hash = createHash('sha256')
  for await (const part of bytes) hash.update(part)
  return `sha256:${hash.digest('hex')}`
}

/** Deletes; where the answer of an earlier try was lost it is gone already. */
async function gone(deleting: Promise<unknown>): Promise<void> {
  await orNone(() => deleting)
}

import { type Answer, type ErrorItem, invalid } from './answer.ts'
import { attest } from './attestations.ts'
import type { RepositoryCall } from './call.ts'
import { isEligible } from './latest.ts'
import { seconds } from './seconds.ts'
import { commitOf, type ReleaseState, type RepositoryState } from './state.ts'

/** What a request wants a release to be. */
export interface Wishes {
  readonly tag?: string
  readonly target?: string
  readonly name?: string
  readonly body?: string
  readonly draft?: boolean
  readonly prerelease?: boolean
  readonly latest?: 'true' | 'false' | 'legacy'
}

const longestBody = 125_000

export function wishesIn(body: Readonly<Record<string, unknown>>): Wishes {
  const wishes = {
    tag: body['tag_name'], target: body['target_commitish'], name: body['name'], body: body['body'], draft: body['draft'],
    prerelease: body['prerelease'], latest: body['make_latest'],
  }
  const given = ([name, value]: readonly [string, unknown]): boolean => value !== undefined && value !== null && (value !== '' || name === 'name' || name === 'body')
  return Object.fromEntries(Object.entries(wishes).filter(given)) as Wishes
}

/** Makes a release what is wanted, or says why not; then nothing was changed. */
export function changeRelease(release: ReleaseState, wishes: Wishes, { repository, now }: Pick<RepositoryCall, 'repository' | 'now'>): Answer | undefined {
  const { tag = release.tag, target = release.target, draft = release.draft, prerelease = release.prerelease, name = release.name, body = release.body } = wishes
  const wanted = { ...release, tag, target, draft, prerelease, name, body }
  const published = release.draft && !draft
  const errors = [...frozenErrors(release, wanted), ...wrong(wanted, wishes), ...draft ? [] : tagErrors(wanted, repository, published)]
  if (errors.length > 0) return invalid(...errors)
  if (published) publish(wanted, repository, now)
  Object.assign(release, wanted, { updatedAt: seconds(now) })
  markLatest(release, wishes.latest ?? (published ? 'true' : undefined), repository)
  return undefined
}

function wrong({ body, draft, prerelease }: ReleaseState, { latest }: Wishes): readonly ErrorItem[] {
  return [
    ...(body ?? '').length > longestBody ? [{ resource: 'Release', code: 'custom', field: 'body', message: 'body is too long (maximum is 125000 characters)' } as const] : [],
    ...latest === 'true' && (draft || prerelease) ? [{ resource: 'Release', code: 'custom', field: 'make_latest', message: 'Drafts and prereleases cannot be set as latest' } as const] : [],
  ]
}

/** Title, notes and whether it is a prerelease or the latest may change for ever. */
function frozenErrors(release: ReleaseState, wanted: ReleaseState): readonly ErrorItem[] {
  const frozen = release.immutable && (wanted.tag !== release.tag || wanted.target !== release.target || wanted.draft)
  return frozen ? [{ resource: 'Release', code: 'custom', message: 'Cannot change the tag of an immutable release' }] : []
}

/** A public release has a tag that no other one has. */
function tagErrors({ id, tag, target }: ReleaseState, repository: RepositoryState, published: boolean): readonly ErrorItem[] {
  const taken = [...repository.releases.values()].some(other => other.id !== id && !other.draft && other.tag === tag)
  if (taken) return [{ resource: 'Release', code: 'already_exists', field: 'tag_name' }]
  if (published && repository.burned.has(tag)) return [{ resource: 'Release', code: 'custom', field: 'tag_name', message: 'tag_name was used by an immutable release' }]
  if (!repository.tags.has(tag) && commitOf(repository, target) === undefined) return [{ resource: 'Release', code: 'invalid', field: 'target_commitish' }]
  return []
}

/** A tag that is not there yet is made. */
function publish(release: ReleaseState, repository: RepositoryState, now: number): void {
  if (!repository.tags.has(release.tag)) repository.tags.set(release.tag, commitOf(repository, release.target) ?? '')
  release.publishedAt = seconds(now)
  release.immutable = repository.immutable
  if (release.immutable) attest(release, repository)
}

function markLatest(release: ReleaseState, latest: Wishes['latest'], repository: RepositoryState): void {
  if (latest === 'true' && isEligible(release)) repository.latest = release.id
  else if (latest === 'legacy' || (latest === 'false' && repository.latest === release.id)) repository.latest = undefined
}

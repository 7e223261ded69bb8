import { invalid, json, notFound, refusal } from './answer.ts'
import type { Handler, RepositoryCall } from './call.ts'
import { latestRelease } from './latest.ts'
import { page } from './page.ts'
import { presentRelease } from './present-release.ts'
import { changeRelease, type Wishes, wishesIn } from './change-release.ts'
import { dateOf } from './repositories.ts'
import { seconds } from './seconds.ts'
import { commitOf, fullNameOf, type ReleaseState } from './state.ts'
import { generatedNotes } from './generated-notes.ts'

/** Newest first; drafts only for those who may write. */
export const listReleases: Handler<RepositoryCall> = call => {
  const shown = [...call.repository.releases.values()].filter(({ draft }) => !draft || call.writes)
  return page(shown.sort(newestFirst).map(release => presentRelease(release, call)), call)
}

export const getRelease: Handler<RepositoryCall> = call => {
  const release = releaseIn(call)
  return release ? json(presentRelease(release, call)) : notFound()
}

/** A draft is not found so, by nobody. */
export const getReleaseByTag: Handler<RepositoryCall> = call => {
  const release = [...call.repository.releases.values()].find(({ tag, draft }) => !draft && tag === call.params['tag'])
  return release ? json(presentRelease(release, call)) : notFound()
}

export const getLatestRelease: Handler<RepositoryCall> = call => {
  const release = latestRelease(call.repository)
  return release ? json(presentRelease(release, call)) : notFound()
}

export const createRelease: Handler<RepositoryCall> = call => {
  const { repository, state, principal, links } = call
  const wishes = wishesIn(call.body)
  if (wishes.tag === undefined) return invalid({ resource: 'Release', code: 'missing_field', field: 'tag_name' })
  const target = wishes.target ?? repository.defaultBranch
  const commit = repository.tags.get(wishes.tag) ?? commitOf(repository, target)
  const release: ReleaseState = {
    id: state.nextId(), tag: wishes.tag, target, name: null, body: null, draft: true, prerelease: false, immutable: false,
    author: principal.login, createdAt: dateOf(repository, commit), publishedAt: null, updatedAt: seconds(call.now), assets: new Map(),
  }
  const refused = changeRelease(release, { draft: false, ...withNotes(wishes, call) }, call)
  if (refused) return refused
  repository.releases.set(release.id, release)
  return json(presentRelease(release, call), 201, { location: `${links.api}/repos/${fullNameOf(repository)}/releases/${release.id}` })
}

export const updateRelease: Handler<RepositoryCall> = call => {
  const release = releaseIn(call)
  if (!release) return notFound()
  return changeRelease(release, wishesIn(call.body), call) ?? json(presentRelease(release, call))
}

/** The name of an immutable release's tag is used up for ever. */
export const deleteRelease: Handler<RepositoryCall> = call => {
  const release = releaseIn(call)
  if (!release) return notFound()
  call.repository.releases.delete(release.id)
  if (release.immutable) call.repository.burned.add(release.tag)
  return { status: 204 }
}

/** It makes nothing, and is for those who may write alone. */
export const generateNotes: Handler<RepositoryCall> = call => {
  const { tag_name: tag, previous_tag_name: previous } = call.body
  if (typeof tag !== 'string') return invalid({ resource: 'Release', code: 'missing_field', field: 'tag_name' })
  if (typeof previous === 'string' && !call.repository.tags.has(previous)) return refusal(422, 'Invalid previous_tag parameter')
  return json(generatedNotes(tag, call, typeof previous === 'string' ? previous : undefined))
}

/** A release that the one who asks may see, by the id in the path. */
export function releaseIn({ repository, params, writes }: RepositoryCall): ReleaseState | undefined {
  const release = repository.releases.get(Number(params['release_id']))
  return release && (!release.draft || writes) ? release : undefined
}

function withNotes(wishes: Wishes, call: RepositoryCall): Wishes {
  if (call.body['generate_release_notes'] !== true || wishes.tag === undefined) return wishes
  const { name, body } = generatedNotes(wishes.tag, call)
  return { ...wishes, name: wishes.name ?? name, body: [wishes.body, body].filter(Boolean).join('\n\n') }
}

function newestFirst(one: ReleaseState, other: ReleaseState): number {
  if (one.createdAt !== other.createdAt) return one.createdAt < other.createdAt ? 1 : -1
  return other.id - one.id
}

import { json } from './answer.ts'
import { mayRead, mayWrite } from './access.ts'
import type { Call, Handler } from './call.ts'
import { latestRelease } from './latest.ts'
import { findRepository, type ReleaseState, type RepositoryState } from './state.ts'

interface Variables {
  readonly owner?: string
  readonly name?: string
  readonly tagName?: string
  readonly perPage?: number
  readonly endCursor?: string | null
}

/** The two questions that `gh release` asks; GraphQL is not spoken else. */
export const graphql: Handler = call => {
  const { query, variables = {} } = call.body as { readonly query?: string, readonly variables?: Variables }
  const repository = findRepository(call.state, `${variables.owner}/${variables.name}`)
  if (!repository || !mayRead(call.principal, repository)) {
    return json({ data: { repository: null }, errors: [{ type: 'NOT_FOUND', path: ['repository'], message: `Could not resolve to a Repository with the name '${variables.owner}/${variables.name}'.` }] })
  }
  if (/\breleases\(/.test(query ?? '')) return json({ data: { repository: { releases: listed(repository, call, variables) } } })
  if (/\brelease\(/.test(query ?? '')) return json({ data: { repository: { release: byTag(repository, call, variables) } } })
  return json({ errors: [{ message: 'This server understands the questions of gh release alone.' }] })
}

function shown({ releases }: RepositoryState, writes: boolean): readonly ReleaseState[] {
  return [...releases.values()].filter(({ draft }) => !draft || writes).sort((one, other) => one.createdAt === other.createdAt ? other.id - one.id : one.createdAt < other.createdAt ? 1 : -1)
}

function listed(repository: RepositoryState, { principal }: Call, { perPage = 30, endCursor }: Variables): object {
  const all = shown(repository, mayWrite(principal, repository))
  const from = Number(endCursor ?? 0)
  const latest = latestRelease(repository)
  const nodes = all.slice(from, from + perPage).map(release => ({
    name: release.name ?? '', tagName: release.tag, isDraft: release.draft, isLatest: release === latest, isPrerelease: release.prerelease,
    createdAt: release.createdAt, publishedAt: release.publishedAt,
  }))
  return { nodes, pageInfo: { hasNextPage: from + perPage < all.length, endCursor: String(from + nodes.length) } }
}

/** Here drafts are found by their tag, by those who may write. */
function byTag(repository: RepositoryState, { principal }: Call, { tagName }: Variables): object | null {
  const release = shown(repository, mayWrite(principal, repository)).find(({ tag }) => tag === tagName)
  return release ? { databaseId: release.id, isDraft: release.draft } : null
}

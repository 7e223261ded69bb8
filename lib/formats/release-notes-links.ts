import type { Person } from './commits-types.ts'
import type { ChangeLinks } from './release-notes-types.ts'

interface Paths {
  readonly commit: string
  readonly request: string
  readonly compare?: string
}

/** How hosts name their pages, by a word in the host's name. */
const hosts: readonly (readonly [word: RegExp, paths: Paths])[] = [
  [/(?:^|\.)gitlab\./, { commit: '-/commit', request: '-/merge_requests', compare: '-/compare' }],
  [/(?:^|\.)bitbucket\./, { commit: 'commits', request: 'pull-requests' }],
  [/^codeberg\.|(?:^|\.)(?:gitea|forgejo)\./, { commit: 'commit', request: 'pulls', compare: 'compare' }],
  [/^/, { commit: 'commit', request: 'pull', compare: 'compare' }],
]

/**
 * The pages of a repository, as its host has them: GitLab, Bitbucket, Codeberg, and GitHub for all else.
 * @param repository where people look at it, `https://github.com/example/gateway`; without one there are no links
 */
export function changeLinks(repository: string | undefined): ChangeLinks {
  if (repository === undefined || !URL.canParse(repository)) return {}
  const { origin, hostname } = new URL(repository)
  const base = repository.replace(/\/+$/, '')
  const { commit, request, compare } = hosts.find(([word]) => word.test(hostname))?.[1] ?? { commit: 'commit', request: 'pull' }
  return {
    commit: id => `${base}/${commit}/${id}`,
    pullRequest: number => `${base}/${request}/${number}`,
    author: person => {
      const login = loginOf(person, hostname)
      return login === undefined ? undefined : `${origin}/${login}`
    },
    ...compare !== undefined && { compare: (from, to) => `${base}/${compare}/${named(from)}...${named(to)}` },
  }
}

/** The account's name in the address that a host gives to those who hide theirs: `123+ann@users.noreply.github.com`. */
function loginOf({ email }: Person, hostname: string): string | undefined {
  const [, login, host] = /^(?:\d{1,20}[+-])?([\w-]{1,64})@(?:users\.)?noreply\.([\w.-]{1,255})$/.exec(email) ?? []
  return host?.toLowerCase() === hostname ? login : undefined
}

/** Slashes of a tag stay. */
function named(tag: string): string {
  return tag.split('/').map(encodeURIComponent).join('/')
}

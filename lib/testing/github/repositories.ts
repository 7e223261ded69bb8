import { json, notFound } from './answer.ts'
import type { Handler, RepositoryCall } from './call.ts'
import { page } from './page.ts'
import { presentRepository } from './present-repository.ts'
import { presentUser } from './present-user.ts'
import { fullNameOf } from './state.ts'
import { nodeId } from './node-id.ts'

export const getRepository: Handler<RepositoryCall> = ({ repository, links, principal }) => json(presentRepository(repository, links, principal))

export const getImmutability: Handler<RepositoryCall> = ({ repository: { immutable }, principal }) =>
  principal.kind === 'anonymous' || !immutable ? notFound() : json({ enabled: true, enforced_by_owner: false })

export const getBranch: Handler<RepositoryCall> = ({ repository, links, params: { branch = '' } }) => {
  const commit = repository.branches.get(branch)
  const url = `${links.api}/repos/${fullNameOf(repository)}/branches/${branch}`
  return commit === undefined ? notFound() : json({
    name: branch, commit: presentCommit(commit, { repository, links }), protected: false, protection: { enabled: false },
    protection_url: `${url}/protection`, _links: { self: url, html: `${links.web}/${fullNameOf(repository)}/tree/${branch}` },
  })
}

export const listTags: Handler<RepositoryCall> = call => {
  const { repository, links } = call
  const url = `${links.api}/repos/${fullNameOf(repository)}`
  const tags = [...repository.tags].sort(([one], [other]) => one < other ? 1 : -1)
  return page(tags.map(([name, sha]) => ({
    name, node_id: nodeId('REF', name), commit: { sha, url: `${url}/commits/${sha}` },
    zipball_url: `${url}/zipball/refs/tags/${name}`, tarball_url: `${url}/tarball/refs/tags/${name}`,
  })), call)
}

/** "Commit", of which only the id and the date are known here. */
export function presentCommit(sha: string, { repository, links }: Pick<RepositoryCall, 'repository' | 'links'>): object {
  const url = `${links.api}/repos/${fullNameOf(repository)}/commits/${sha}`
  const person = { name: repository.owner, email: `${repository.owner}@users.noreply.example`, date: dateOf(repository, sha) }
  const user = presentUser(repository.owner, links)
  return {
    url, sha, node_id: nodeId('C', sha), html_url: `${links.web}/${fullNameOf(repository)}/commit/${sha}`, comments_url: `${url}/comments`,
    commit: { author: person, committer: person, comment_count: 0, message: 'Commit', tree: { sha, url: url.replace('/commits/', '/git/trees/') }, url: url.replace('/commits/', '/git/commits/') },
    author: user, committer: user, parents: [],
  }
}

/** When a commit was made. */
export function dateOf({ dates }: RepositoryCall['repository'], commit: string | undefined): string {
  return dates[commit ?? ''] ?? '2026-01-01T00:00:00Z'
}

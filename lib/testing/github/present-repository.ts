import type { Links } from './call.ts'
import { nodeId } from './node-id.ts'
import { presentUser } from './present-user.ts'
import { fullNameOf, type Principal, type RepositoryState } from './state.ts'
import { rightOf } from './access.ts'

const below = [
  'archive:/{archive_format}{/ref}', 'assignees:{/user}', 'blobs:/git/blobs{/sha}', 'branches:{/branch}', 'collaborators:{/collaborator}',
  'comments:{/number}', 'commits:{/sha}', 'compare:/{base}...{head}', 'contents:/{+path}', 'contributors:', 'deployments:', 'downloads:',
  'events:', 'forks:', 'git_commits:/git/commits{/sha}', 'git_refs:/git/refs{/sha}', 'git_tags:/git/tags{/sha}', 'hooks:',
  'issue_comment:/issues/comments{/number}', 'issue_events:/issues/events{/number}', 'issues:{/number}', 'keys:{/key_id}', 'labels:{/name}',
  'languages:', 'merges:', 'milestones:{/number}', 'notifications:{?since,all,participating}', 'pulls:{/number}', 'releases:{/id}',
  'stargazers:', 'statuses:/statuses/{sha}', 'subscribers:', 'subscription:', 'tags:', 'teams:', 'trees:/git/trees{/sha}',
]

/** "Full repository", as far as a release needs it; what this server does not have is empty. */
export function presentRepository(repository: RepositoryState, links: Links, principal: Principal): Readonly<Record<string, unknown>> {
  const fullName = fullNameOf(repository)
  const [url, web] = [`${links.api}/repos/${fullName}`, `${links.web}/${fullName}`]
  const date = '2026-01-01T00:00:00Z'
  const addresses = below.map((text): readonly [string, string] => {
    const [name = '', rest = ''] = text.split(/:(.*)/s)
    return [`${name}_url`, `${url}${rest.startsWith('/') ? rest : `/${name}${rest}`}`]
  })
  return {
    ...Object.fromEntries(addresses), id: repository.id, node_id: nodeId('R', repository.id), name: repository.name, full_name: fullName,
    owner: presentUser(repository.owner, links), private: repository.private, visibility: repository.private ? 'private' : 'public', html_url: web, url,
    description: null, fork: false, homepage: null, language: null, mirror_url: null, license: null, archived: repository.archived, disabled: false,
    default_branch: repository.defaultBranch, size: 1, topics: [],
    git_url: web.replace('http', 'git'), ssh_url: `git@${new URL(web).host}:${fullName}.git`, clone_url: `${web}.git`, svn_url: web,
    has_issues: true, has_projects: false, has_wiki: false, has_pages: false, has_discussions: false, has_downloads: true,
    forks: 0, forks_count: 0, open_issues: 0, open_issues_count: 0, stargazers_count: 0, watchers: 0, watchers_count: 0, network_count: 0, subscribers_count: 0,
    created_at: date, updated_at: date, pushed_at: date, ...permissionsOf(repository, principal),
  }
}

/** An installation is told that it may do nothing, whatever it may do. */
function permissionsOf(repository: RepositoryState, principal: Principal): object {
  if (principal.kind === 'anonymous') return {}
  const right = principal.kind === 'installation' ? undefined : principal.owner ?? rightOf(principal, repository)
  const writes = right === 'write' || right === 'admin'
  return { permissions: { admin: right === 'admin', maintain: right === 'admin', push: writes, triage: writes, pull: right !== undefined } }
}

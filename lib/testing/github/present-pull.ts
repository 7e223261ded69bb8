import { rightOf } from './access.ts'
import type { RepositoryCall } from './call.ts'
import { nodeId } from './node-id.ts'
import { presentRepository } from './present-repository.ts'
import { presentUser } from './present-user.ts'
import { fullNameOf, type PullState, type RepositoryState } from './state.ts'

/** "Pull request simple", as lists have it. */
export function presentPull(pull: PullState, { repository, links, principal }: Pick<RepositoryCall, 'repository' | 'links' | 'principal'>): Readonly<Record<string, unknown>> {
  const { id, number, merged, author, from, commit } = pull
  const [url, web] = [`${links.api}/repos/${fullNameOf(repository)}`, `${links.web}/${fullNameOf(repository)}/pull/${number}`]
  const own = { pull: `${url}/pulls/${number}`, issue: `${url}/issues/${number}`, statuses: `${url}/statuses/${commit}` }
  const [commits, comments, notes, note] = [`${own.pull}/commits`, `${own.issue}/comments`, `${own.pull}/comments`, `${url}/pulls/comments{/number}`]
  const end = (where: RepositoryState, ref: string, sha: string): object =>
    ({ label: `${where.owner}:${ref}`, ref, sha, user: presentUser(where.owner, links), repo: presentRepository(where, links, principal) })
  const link = (href: string): object => ({ href })
  return {
    id, number, node_id: nodeId('PR', id), url: own.pull, html_url: web, diff_url: `${web}.diff`, patch_url: `${web}.patch`, issue_url: own.issue, statuses_url: own.statuses,
    commits_url: commits, comments_url: comments, review_comments_url: notes, review_comment_url: note, state: pull.state, locked: false, title: pull.title, body: pull.body, draft: pull.draft,
    user: presentUser(author, links), labels: [...pull.labels].map(name => presentLabel(name, url)), milestone: null, assignee: null, assignees: [], requested_reviewers: [], requested_teams: [],
    created_at: pull.createdAt, updated_at: pull.updatedAt, closed_at: pull.closedAt, merged_at: merged?.at ?? null, merge_commit_sha: merged?.commit ?? null,
    author_association: rightOf(principal, repository) === undefined ? 'NONE' : 'CONTRIBUTOR', auto_merge: null, active_lock_reason: null,
    head: end(from, pull.head, commit), base: end(repository, pull.base, repository.branches.get(pull.base) ?? commit),
    _links: {
      self: link(own.pull), html: link(web), issue: link(own.issue), comments: link(comments), review_comments: link(notes), review_comment: link(note), commits: link(commits), statuses: link(own.statuses),
    },
  }
}

/** "Pull request"; how much it changes is not counted. */
export function presentWholePull(pull: PullState, call: Pick<RepositoryCall, 'repository' | 'links' | 'principal'>): Readonly<Record<string, unknown>> {
  const { merged } = pull
  return {
    ...presentPull(pull, call), merged: merged !== undefined, merged_by: merged ? presentUser(merged.by, call.links) : null, mergeable: pull.state === 'open' ? true : null,
    mergeable_state: 'clean', rebaseable: null, maintainer_can_modify: false, comments: 0, review_comments: 0, commits: 1, additions: 0, deletions: 0, changed_files: 0,
  }
}

export function presentLabel(name: string, url: string): object {
  const id = Buffer.from(name).reduce((sum, byte) => (sum * 31 + byte) % 1e8, 7)
  return { id, node_id: nodeId('LA', id), url: `${url}/labels/${encodeURIComponent(name)}`, name, description: '', color: 'ededed', default: false }
}

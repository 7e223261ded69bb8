import { mayWrite, refuseWrite } from './access.ts'
import { type Answer, type ErrorItem, invalid, json, notFound, refusal } from './answer.ts'
import type { Handler, RepositoryCall } from './call.ts'
import { page } from './page.ts'
import { presentLabel, presentPull, presentWholePull } from './present-pull.ts'
import { seconds } from './seconds.ts'
import { close } from './settle-pulls.ts'
import { fullNameOf, type GithubState, type PullState, readBranches, type RepositoryState } from './state.ts'

/** Newest first. */
export const listPulls: Handler<RepositoryCall> = call => {
  const { url, repository } = call
  const [state, head, base] = [url.searchParams.get('state') ?? 'open', url.searchParams.get('head'), url.searchParams.get('base')]
  const found = [...repository.pulls.values()].filter(pull =>
    (state === 'all' || pull.state === state) && (base === null || pull.base === base) && (head === null || head === `${pull.from.owner}:${pull.head}`))
  return page(found.sort((one, other) => other.number - one.number).map(pull => presentPull(pull, call)), call)
}

export const getPull: Handler<RepositoryCall> = call => {
  const pull = pullIn(call)
  return pull ? json(presentWholePull(pull, call)) : notFound()
}

export const createPull: Handler<RepositoryCall> = async call => {
  const { repository, state, principal, links, body: { title, head: named, base, body = null, draft = false } } = call
  const { from = repository, head = String(named) } = headIn(String(named), repository, state)
  if (!mayPull(call, from)) return refusePull(call)
  const wrong = await wrongWith({ title, head, base: String(base), from, repository })
  if (wrong) return invalid({ resource: 'PullRequest', ...wrong })
  const number = repository.pulls.size + 1
  const now = seconds(call.now)
  const pull: PullState = {
    id: state.nextId(), number, title: String(title), body: body as string | null, draft: draft === true, state: 'open', merged: undefined, from, head,
    commit: from.branches.get(head) ?? '', base: String(base), author: principal.login, labels: new Set(), createdAt: now, updatedAt: now, closedAt: null,
  }
  repository.pulls.set(number, pull)
  return json(presentWholePull(pull, call), 201, { location: `${links.api}/repos/${fullNameOf(repository)}/pulls/${number}` })
}

export const updatePull: Handler<RepositoryCall> = call => {
  const pull = pullIn(call)
  if (!pull) return notFound()
  if (!mayPull(call, call.repository)) return refusePull(call)
  const { title = pull.title, body = pull.body, state = pull.state, base = pull.base } = call.body as Partial<Pick<PullState, 'title' | 'body' | 'state' | 'base'>>
  if (title.trim() === '') return invalid({ resource: 'PullRequest', code: 'missing_field', field: 'title' })
  if (state === 'open' && pull.state === 'closed') {
    const gone = pull.merged ? 'The pull request was merged' : pull.from.branches.has(pull.head) ? undefined : `The ${pull.head} branch has been deleted`
    if (gone) return invalid({ resource: 'PullRequest', code: 'invalid', field: 'state', message: `state cannot be changed. ${gone}.` })
    pull.closedAt = null
  }
  const now = seconds(call.now)
  Object.assign(pull, { title, body, base, state, updatedAt: now })
  if (state === 'closed' && pull.closedAt === null) close(pull, now)
  return json(presentWholePull(pull, call))
}

/** As somebody does who presses the button; a rebase is of one commit. */
export const mergePull: Handler<RepositoryCall> = async call => {
  const { repository, principal, body: { merge_method: method = 'merge', sha, commit_title: title } } = call
  const pull = pullIn(call)
  if (!pull) return notFound()
  if (pull.state === 'closed' || pull.draft) return refusal(405, 'Pull Request is not mergeable')
  if (sha !== undefined && sha !== pull.commit) return refusal(409, 'Head branch was modified. Review and try the merge again.')
  const commit = await mergedCommit(pull, repository, { method: method as 'merge', message: typeof title === 'string' ? title : `${pull.title} (#${pull.number})`, login: principal.login })
  if (commit === undefined) return refusal(405, 'Pull Request is not mergeable')
  repository.branches.set(pull.base, commit)
  await repository.git?.move(`refs/heads/${pull.base}`, commit)
  close(pull, seconds(call.now), { at: seconds(call.now), by: principal.login, commit })
  return json({ sha: commit, merged: true, message: 'Pull Request successfully merged' })
}

/** Labels that are not there yet are made. */
export const addLabels: Handler<RepositoryCall> = call => {
  const pull = pullIn(call)
  if (!pull) return notFound()
  if (!mayPull(call, call.repository)) return refusePull(call)
  for (const label of call.body['labels'] as readonly (string | { readonly name: string })[]) pull.labels.add(typeof label === 'string' ? label : label.name)
  return labelsOf(pull, call)
}

export const listLabels: Handler<RepositoryCall> = call => {
  const pull = pullIn(call)
  return pull ? labelsOf(pull, call) : notFound()
}

function labelsOf({ labels }: PullState, { repository, links }: RepositoryCall): Answer {
  return json([...labels].map(name => presentLabel(name, `${links.api}/repos/${fullNameOf(repository)}`)))
}

function pullIn({ repository, params }: RepositoryCall): PullState | undefined {
  return repository.pulls.get(Number(params['pull_number'] ?? params['issue_number']))
}

/** `branch`, or `owner:branch` for one of another repository of the same network. */
function headIn(text: string, repository: RepositoryState, { repositories }: GithubState): { readonly from?: RepositoryState, readonly head?: string } {
  const [, owner, head] = /^([^:]+):(.+)$/.exec(text) ?? []
  if (owner === undefined || head === undefined) return {}
  const network = [repository, ...[...repositories.values()].filter(({ forkOf }) => forkOf?.toLowerCase() === fullNameOf(repository).toLowerCase())]
  const from = network.find(one => one.owner.toLowerCase() === owner.toLowerCase())
  return from ? { from, head } : {}
}

function mayPull({ principal }: RepositoryCall, from: RepositoryState): boolean {
  return principal.pulls !== false && mayWrite(principal, from)
}

function refusePull({ principal }: RepositoryCall): Answer {
  return refuseWrite(principal)
}

interface Wanted {
  readonly title: unknown
  readonly head: string
  readonly base: string
  readonly from: RepositoryState
  readonly repository: RepositoryState
}

async function wrongWith({ title, head, base, from, repository }: Wanted): Promise<Omit<ErrorItem, 'resource'> | undefined> {
  if (typeof title !== 'string' || title.trim() === '') return { code: 'missing_field', field: 'title' }
  const [own, other] = [from.branches.get(head), repository.branches.get(base)]
  if (other === undefined) return { code: 'invalid', field: 'base' }
  if (own === undefined) return { code: 'invalid', field: 'head' }
  if (from !== repository && repository.git && from.git) await repository.git.take(from.git.folder, `refs/heads/${head}`)
  const ahead = repository.git ? await repository.git.ahead(other, own) : Number(own !== other)
  if (ahead === undefined) return { code: 'custom', message: `The ${head} branch has no history in common with ${base}` }
  if (ahead === 0) return { code: 'custom', message: `No commits between ${base} and ${head}` }
  const there = [...repository.pulls.values()].some(pull => pull.state === 'open' && pull.from === from && pull.head === head && pull.base === base)
  return there ? { code: 'custom', message: `A pull request already exists for ${from.owner}:${head}.` } : undefined
}

interface MergeWishes {
  readonly method: 'merge' | 'squash' | 'rebase'
  readonly message: string
  readonly login: string
}

async function mergedCommit(pull: PullState, repository: RepositoryState, wishes: MergeWishes): Promise<string | undefined> {
  const { git } = repository
  if (!git) return pull.commit
  if (pull.from !== repository && pull.from.git) await git.take(pull.from.git.folder, `refs/heads/${pull.head}`)
  await readBranches(repository)
  const base = repository.branches.get(pull.base) ?? ''
  if (wishes.method === 'rebase' && await git.ahead(base, pull.commit) !== 1) return undefined
  return git.merge({ base, head: pull.commit, ...wishes })
}

import { isMapping } from '../../formats/mapping.ts'
import { ReleaseError } from '../../values/errors.ts'
import { askingOf, type GithubAccess } from './access.ts'
import { placeOf } from './address.ts'
import { githubFailure, saysThat } from './failure.ts'
import { everyPage, perPage, repositoryFacts, type RepositoryFacts } from './reading.ts'

/** A pull request as GitHub has it. */
export interface PullRequest {
  readonly number: number
  /** Where people look at it. */
  readonly url: string
  readonly title: string
  /** Empty where there is none, with line breaks of one character. */
  readonly body: string
  readonly labels: readonly string[]
  /** Its own branch. */
  readonly branch: string
}

export interface PullSearch {
  /** The branch that it is to be merged into. */
  readonly base: string
  /** Its own branch. */
  readonly branch?: string
}

export interface NewPull {
  readonly base: string
  readonly branch: string
  readonly title: string
  readonly body: string
  readonly draft: boolean
}

/**
 * Pull requests of one repository, from branches of the same one. What reads, changes to a given state or closes is tried again by
 * itself; what creates is sent once. Every call throws ReleaseError as `AskGithub`.
 */
export interface GithubPulls {
  facts(): Promise<RepositoryFacts>
  /** Asks for one that can never be, of a branch into itself: who may not open any is told so, and nothing is made. */
  requireRight(base: string): Promise<void>
  /** Those that are open, the oldest first. */
  opened(search: PullSearch): Promise<readonly PullRequest[]>
  create(pull: NewPull): Promise<PullRequest>
  update(number: number, words: Pick<NewPull, 'title' | 'body'>): Promise<void>
  /** Adds labels; those that are there stay. */
  label(number: number, labels: readonly string[]): Promise<void>
  /** One that is closed is no error. */
  close(number: number): Promise<void>
  /** Waits after so many tries. */
  rest(tries: number): Promise<void>
}

/** @throws ReleaseError (USAGE) for what is no name of a repository and no address */
export function createGithubPulls(access: GithubAccess): GithubPulls {
  const { repository } = access
  const place = placeOf(repository)
  const { ask, rest } = askingOf(access, place, 'pull-requests')
  return {
    rest, facts: () => repositoryFacts(ask, place, repository),
    requireRight: async base => {
      try {
        await ask(`open pull requests at ${repository}`, api => api.request('POST /repos/{owner}/{repo}/pulls', { ...place, base, head: base, title: 'Whether this is allowed' }))
      } catch (error) {
        if (githubFailure(error)?.status !== 422) throw error
      }
    },
    opened: ({ base, branch }) => ask(`list the pull requests of ${repository}`, async api => (await everyPage(async page => (await api.request('GET /repos/{owner}/{repo}/pulls', {
      ...place, base, state: 'open', direction: 'asc', per_page: perPage, page, ...branch === undefined ? {} : { head: `${place.owner}:${branch}` },
    })).data)).flatMap(data => pullIn(data, repository))),
    create: ({ base, branch, ...words }) => ask(`open a pull request at ${repository}`, async api => {
      const [made] = pullIn((await api.request('POST /repos/{owner}/{repo}/pulls', { ...place, base, head: branch, ...words })).data, repository)
      return made ?? strange()
    }, { once: true }),
    update: (number, words) => ask(`write pull request #${number} of ${repository}`, async api => { await api.request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', { ...place, pull_number: number, ...words }) }),
    label: (number, labels) => ask(`label pull request #${number} of ${repository}`, async api => { await api.request('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', { ...place, issue_number: number, labels: [...labels] }) }),
    close: number => ask(`close pull request #${number} of ${repository}`, async api => { await api.request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', { ...place, pull_number: number, state: 'closed' }) }),
  }
}

/** Whether GitHub says that there is one already, or that it does not know yet what was pushed a moment ago. */
export function isTooEarly(error: unknown): boolean {
  return saysThat(error, /already exists|^head invalid$/)
}

/** Nothing for one that comes from another repository. @throws ReleaseError (DESTINATION) for an answer that is none of GitHub's */
function pullIn(data: unknown, repository: string): readonly PullRequest[] {
  const { number, html_url: url, title, body, labels, head } = isMapping(data) ? data : {}
  const { ref: branch, repo } = isMapping(head) ? head : {}
  if (typeof number !== 'number' || typeof url !== 'string' || typeof title !== 'string' || typeof branch !== 'string') return strange()
  // The repository of a fork may be gone.
  const from = isMapping(repo) ? repo['full_name'] : undefined
  if (typeof from !== 'string' || from.toLowerCase() !== repository.toLowerCase()) return []
  const names = Array.isArray(labels) ? (labels as readonly unknown[]).flatMap(label => isMapping(label) && typeof label['name'] === 'string' ? [label['name']] : []) : []
  return [{ number, url, title, branch, body: typeof body === 'string' ? body.replaceAll('\r\n', '\n') : '', labels: names }]
}

function strange(): never {
  throw new ReleaseError('Cannot read an answer of GitHub: it is not a pull request', { code: 'DESTINATION', hint: 'Check the address of GitHub, and whether something stands in between.' })
}

import { type GithubPulls, isTooEarly, type PullRequest } from '../../clients/github/pulls.ts'
import { isPassing } from '../../oci/registry/passing.ts'

export interface WantedPull {
  readonly base: string
  readonly branch: string
  readonly title: string
  readonly body: string
  readonly draft: boolean
  readonly labels: readonly string[]
}

const mostTries = 5

/**
 * Sees to it that one pull request is open for a branch, with these words and labels; other labels stay. Before each try it is looked
 * whether the one before did its work: a second one is never opened.
 */
export async function ensurePull(github: GithubPulls, { labels, ...wanted }: WantedPull): Promise<PullRequest> {
  const { title, body } = wanted
  const pull = await openPull(github, wanted)
  if (pull.title !== title || pull.body.trim() !== body.trim()) await github.update(pull.number, { title, body })
  const missing = labels.filter(label => !pull.labels.some(there => there.toLowerCase() === label.toLowerCase()))
  if (missing.length > 0) await github.label(pull.number, missing)
  return pull
}

async function openPull(github: GithubPulls, wanted: Omit<WantedPull, 'labels'>): Promise<PullRequest> {
  const { base, branch } = wanted
  for (let tries = 1; ; tries += 1) {
    const [there] = await github.opened({ base, branch })
    if (there) return there
    try {
      return await github.create(wanted)
    } catch (error) {
      if (tries >= mostTries || !(isTooEarly(error) || isPassing(error))) throw error
      await github.rest(tries)
    }
  }
}

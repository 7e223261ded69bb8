import type { LoggedCommit } from './commits-types.ts'

/** How a commit came to the line that is released. */
export interface Arrival {
  /** The merge that brought it; the innermost one. */
  readonly merge?: string
  /** The number of the request that was merged. */
  readonly pullRequest?: number
}

interface Line extends Arrival {
  readonly tip: string
}

/**
 * Which merge brought each commit. First parents are the line that was merged into, so a commit belongs to the first merge whose
 * other parents lead to it.
 * @param log newest first
 */
export function arrivalsIn(log: readonly LoggedCommit[]): ReadonlyMap<string, Arrival> {
  const commits = new Map(log.map(commit => [commit.id, commit]))
  const arrivals = new Map<string, Arrival>()
  const waiting: Line[] = log[0] ? [{ tip: log[0].id }] : []
  for (let line = waiting.pop(); line; line = waiting.pop()) {
    const { tip, ...arrival } = line
    const below: Line[] = []
    for (let commit = commits.get(tip); commit && !arrivals.has(commit.id); commit = commits.get(commit.parents[0] ?? '')) {
      arrivals.set(commit.id, arrival)
      const { id, parents: [, ...merged], message } = commit
      const pullRequest = merged.length === 0 ? undefined : mergedRequest(message) ?? arrival.pullRequest
      below.push(...merged.map(parent => ({ tip: parent, merge: id, ...pullRequest !== undefined && { pullRequest } })))
    }
    // The oldest merge comes first off the list: what a later one brings is what no earlier one did.
    waiting.push(...below)
  }
  return arrivals
}

const merges: readonly RegExp[] = [
  /^Merge pull request '.*' \(#(\d{1,9})\) from /, /^Merge pull request #(\d{1,9})\b/, /^Merged in .*\(pull request #(\d{1,9})\)/, /^See merge request \S*!(\d{1,9})\s*$/m,
]

/** The request that a merge merged, in the words of Gitea, GitHub, Bitbucket and GitLab. */
function mergedRequest(message: string): number | undefined {
  const number = merges.map(words => words.exec(message)?.[1]).find(found => found !== undefined)
  return number === undefined ? undefined : Number(number)
}

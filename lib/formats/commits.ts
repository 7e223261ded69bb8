import { commitsLeft } from './commits-left.ts'
import { readMessage, type Message } from './commits-message.ts'
import { arrivalsIn } from './commits-requests.ts'
import type { Commit, LoggedCommit, Person } from './commits-types.ts'

/**
 * What changed, from git's log: oldest first, each with the number of the request that brought it.
 * @param log all commits that are new, newest first, none before one that it is a parent of
 * @param touched ids of those that count; all where it is absent
 */
export function readCommits(log: readonly LoggedCommit[], touched?: ReadonlySet<string>): readonly Commit[] {
  const arrivals = arrivalsIn(log)
  const read = log.map(commit => ({ commit, message: readMessage(commit.message), arrival: arrivals.get(commit.id) ?? {} }))
  const left = commitsLeft(read).filter(({ commit }) => touched?.has(commit.id) ?? true)
  return left.toReversed().map(({ commit, message, arrival }) => commitOf(commit, message, arrival.pullRequest))
}

function commitOf({ id, date, author, coAuthors }: LoggedCommit, message: Message, merged: number | undefined): Commit {
  const { reverts: _reverts, revertsRequests: _requests, revertsSubject: _subject, copyOf: _copy, pullRequest = merged, ...said } = message
  return { id, date, ...said, ...pullRequest !== undefined && { pullRequest }, authors: distinct([author, ...coAuthors]) }
}

function distinct(people: readonly Person[]): readonly Person[] {
  return people.filter(({ name, email }, index) => people.findIndex(other => other.email.toLowerCase() === email.toLowerCase() || other.name === name) === index)
}

/** How much of a version has to grow: https://semver.org, 6 to 8. */
export type Growth = 'major' | 'minor' | 'patch'

/** What commits ask for: what breaks a major version, a feature a minor one, all else a patch. */
export function growthOf(commits: readonly Pick<Commit, 'breaking' | 'type'>[]): Growth {
  if (commits.some(({ breaking }) => breaking)) return 'major'
  return commits.some(({ type }) => type === 'feat') ? 'minor' : 'patch'
}

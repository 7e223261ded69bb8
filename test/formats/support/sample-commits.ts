import { readCommits } from '../../../lib/formats/commits.ts'
import type { Commit, LoggedCommit, Person } from '../../../lib/formats/commits-types.ts'

export const ann: Person = { name: 'Ann Lee', email: '17+ann@users.noreply.github.com' }
export const bob: Person = { name: 'Bob', email: 'bob@example.com' }
export const bot: Person = { name: 'dependabot[bot]', email: '49699333+dependabot[bot]@users.noreply.github.com' }

/** One after the other, oldest first. */
export function commitsOf(messages: readonly (string | readonly [message: string, author: Person, ...others: Person[]])[]): readonly Commit[] {
  const logged = messages.map((one, index): LoggedCommit => {
    const [message, author, ...coAuthors] = typeof one === 'string' ? [one, bob] as const : one
    return { id: idOf(index), parents: index === 0 ? [] : [idOf(index - 1)], date: '2026-11-21T08:51:00Z', author, coAuthors, message }
  })
  return readCommits(logged.toReversed())
}

function idOf(index: number): string {
  return String(index + 10).repeat(20)
}

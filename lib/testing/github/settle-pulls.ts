import type { PullState, RepositoryState } from './state.ts'

/**
 * What becomes of pull requests by pushes alone: they show what their branch has now, are closed where it is gone, and merged where
 * their base has all of it.
 */
export async function settlePulls(repository: RepositoryState, now: string): Promise<void> {
  for (const pull of repository.pulls.values()) {
    if (pull.state === 'closed') continue
    const [head, base] = [pull.from.branches.get(pull.head), repository.branches.get(pull.base)]
    if (head === undefined || base === undefined) close(pull, now)
    else {
      if (head !== pull.commit) Object.assign(pull, { commit: head, updatedAt: now })
      if (await repository.git?.contains(head, base)) close(pull, now, { at: now, by: pull.author, commit: head })
    }
  }
}

export function close(pull: PullState, now: string, merged?: PullState['merged']): void {
  Object.assign(pull, { state: 'closed', closedAt: now, updatedAt: now, merged })
}

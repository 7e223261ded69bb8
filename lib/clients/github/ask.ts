import { setTimeout as delay } from 'node:timers/promises'
import { longestWait, patience } from '../../oci/registry/patience.ts'
import { isPassing } from '../../oci/registry/passing.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { GithubApi } from './api.ts'
import { githubError, type GithubPermission } from './error.ts'
import { githubFailure } from './failure.ts'

export interface AskOptions {
  /** Nothing is sent twice that may have been carried out: the one who asks has to look first. */
  readonly once?: boolean
}

/**
 * Asks GitHub: again after errors that may be over, and no sooner than it wants to be asked again.
 * @param purpose what an error says after `Cannot`
 * @throws ReleaseError (CREDENTIALS, DESTINATION, its cause a GithubFailure; NETWORK; CANCELLED)
 */
export type AskGithub = <T>(purpose: string, call: (api: GithubApi) => Promise<T>, options?: AskOptions) => Promise<T>

export interface AskParts {
  readonly api: () => Promise<GithubApi>
  readonly secrets: () => readonly string[]
  readonly known: boolean
  readonly permission: GithubPermission
  readonly signal?: AbortSignal | undefined
  readonly sleep?: ((milliseconds: number) => Promise<void>) | undefined
  /** How often something is tried at most. */
  readonly tries?: number | undefined
}

export interface Asking {
  readonly ask: AskGithub
  /** Waits after so many tries. */
  rest(tries: number): Promise<void>
}

export function createAsk({ api, secrets, known, permission, signal, sleep, tries }: AskParts): Asking {
  const pace = patience({ sleep: sleep ?? (milliseconds => stoppable(milliseconds, signal)), tries })
  const ask: AskGithub = async (purpose, call, { once = false } = {}) => {
    for (let count = 1; ; count += 1) {
      try {
        return await call(await api())
      } catch (thrown) {
        const error = githubError(thrown, { purpose, secrets: secrets(), now: Date.now(), known, permission })
        const wait = githubFailure(error)?.wait
        const again = wait === undefined ? !once && isPassing(error) : wait <= longestWait
        if (!again || count >= pace.tries) throw error
        await pace.rest(count, wait)
      }
    }
  }
  return { ask, rest: count => pace.rest(count) }
}

async function stoppable(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(milliseconds, undefined, signal && { signal })
  } catch (cause) {
    throw new ReleaseError('Cannot wait for GitHub: the run was stopped', { code: 'CANCELLED', cause })
  }
}

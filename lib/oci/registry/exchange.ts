import type { Http, HttpRequest } from '../../contracts/http.ts'
import { readableDuration } from '../../values/readable.ts'
import { isPassing, passingStatuses } from './passing.ts'
import { longestWait, type Patience } from './patience.ts'
import { type Answer, followRedirects } from './follow-redirects.ts'
import { retryAfter } from './retry-after.ts'

export interface ExchangeParts {
  readonly http: Http
  readonly patience: Patience
  readonly log: (line: string) => void
}

/** With `once` nothing is sent twice. */
export type Exchange = (request: HttpRequest & { readonly once?: boolean }) => Promise<Answer>

/**
 * Asks until there is an answer: tries again after connections that fail, 429 and 5xx, no sooner than Retry-After says.
 * The last answer is handed on, whatever it is.
 * @throws ReleaseError (NETWORK) where the last try had none
 */
export function createExchange({ http, patience, log }: ExchangeParts): Exchange {
  return async ({ once = false, ...request }) => {
    for (let tries = 1; ; tries += 1) {
      const last = once || tries >= patience.tries
      const answer = await followRedirects(http, request).catch((error: unknown) => {
        if (last || !isPassing(error)) throw error
        log(`${(error as Error).message}; trying again`)
      })
      if (answer) {
        const wait = retryAfter(answer.header('retry-after'), Date.now())
        if (last || !passingStatuses.includes(answer.status) || (wait ?? 0) > longestWait) return answer
        await answer.discard()
        log(`${new URL(request.url).host} answers ${answer.status}; trying again${wait === undefined ? '' : ` in ${readableDuration(wait)}`}`)
        await patience.rest(tries, wait)
      } else {
        await patience.rest(tries)
      }
    }
  }
}

import { type Answer, refusal } from './answer.ts'
import type { GithubState, Principal } from './state.ts'

export interface Counting {
  readonly state: GithubState
  readonly hourly: number
  readonly now: number
}

const hour = 3_600_000
const forNobody = 60

/** Headers about the primary limit, and the answer where it is used up: "Rate limits for the REST API". */
export function countRequest(principal: Principal, { state, hourly, now }: Counting): { readonly headers: Readonly<Record<string, string>>, readonly refused?: Answer } {
  const limit = principal.kind === 'anonymous' ? Math.min(forNobody, hourly) : hourly
  const ends = Math.ceil((now + 1) / hour) * hour
  const key = `${principal.kind} ${principal.login} ${ends}`
  const used = (state.used.get(key) ?? 0) + 1
  state.used.set(key, Math.min(used, limit + 1))
  const headers = {
    'x-ratelimit-limit': String(limit), 'x-ratelimit-remaining': String(Math.max(0, limit - used)), 'x-ratelimit-reset': String(ends / 1000),
    'x-ratelimit-used': String(Math.min(used, limit)), 'x-ratelimit-resource': 'core',
  }
  return used > limit ? { headers, refused: refusal(403, `API rate limit exceeded for ${principal.login || '127.0.0.1'}.`) } : { headers }
}

/** What comes to whoever asks too much at once, whatever is left of the primary limit. */
export function secondaryLimit(status: number, retryAfter: number | null): Answer {
  return refusal(status, 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.', retryAfter === null ? {} : { 'retry-after': String(retryAfter) })
}

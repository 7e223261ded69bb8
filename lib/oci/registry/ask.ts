import type { HttpRequest } from '../../contracts/http.ts'
import type { Access } from './access.ts'
import type { Authorization } from './authorization.ts'
import type { Exchange } from './exchange.ts'
import type { Answer } from './follow-redirects.ts'
import { named } from './named.ts'
import { refusal } from './refusal.ts'

export interface Question extends Omit<HttpRequest, 'signal'> {
  readonly access: readonly Access[]
  /** Statuses that are answers; all others are errors. */
  readonly expect: readonly number[]
  /** What an error says after `Cannot`: `pull 1.0 from registry.example/app`. */
  readonly purpose: string
  /** Nothing is sent twice, for a part of it may have been taken. */
  readonly once?: boolean
}

export interface AskParts {
  readonly host: string
  readonly base: string
  readonly exchange: Exchange
  readonly authorization: Authorization
}

/**
 * Asks a registry with what it wants for authorization, which is sent to its own origin alone.
 * @throws ReleaseError (CREDENTIALS) after 401 and 403, (REGISTRY) after other statuses that are not expected, (NETWORK)
 */
export type Ask = (question: Question) => Promise<Answer>

export function createAsk({ host, base, exchange, authorization }: AskParts): Ask {
  const isOwn = (url: string): boolean => new URL(url).origin === new URL(base).origin
  const asked = async ({ access, expect, purpose, ...request }: Question): Promise<Answer> => {
    const used = isOwn(request.url) ? await authorization.header(access, purpose) : undefined
    const first = await exchange(authorized(request, used))
    const challenge = first.status === 401 && isOwn(first.url) ? first.header('www-authenticate') : undefined
    const renewed = challenge === undefined ? undefined : await authorization.renewed(access, purpose, { challenge, used })
    if (renewed !== undefined) await first.discard()
    const answer = renewed === undefined ? first : await exchange(authorized(request, renewed))
    if (expect.includes(answer.status)) return answer
    throw await refusal(answer, { purpose, host, credential: await authorization.credential(), sent: renewed ?? used })
  }
  return question => asked(question).catch((error: unknown) => { throw named(error, question.purpose) })
}

type Request = Parameters<Exchange>[0]

function authorized(request: Request, authorization: string | undefined): Request {
  return authorization === undefined ? request : { ...request, headers: { ...request.headers, Authorization: authorization } }
}

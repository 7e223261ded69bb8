import { ReleaseError } from '../../values/errors.ts'
import type { Answer } from './follow-redirects.ts'

/** Where an upload goes on, and how far it is. */
export interface UploadPlace {
  readonly url: string
  /** Bytes that are there; undefined where the registry does not say. */
  readonly offset?: number
}

/**
 * What an answer says of where an upload goes on: OCI distribution specification 1.1, "pushing a blob in chunks". A Location is
 * relative or not, and what its query holds has to come back. `0-0` stands for nothing: no chunk has one byte.
 * @param known where it went on before, for answers that do not have to say it again
 * @throws ReleaseError (REGISTRY) where it does not say
 */
export function uploadPlace(answer: Answer, purpose: string, known = ''): UploadPlace {
  const location = answer.header('location') ?? known
  const hint = 'Check the settings of the registry and of what stands before it: X-Forwarded-Proto, X-Forwarded-Host.'
  if (location === '' || !URL.canParse(location, answer.url)) throw new ReleaseError(`Cannot ${purpose}: it does not say where the upload goes on`, { code: 'REGISTRY', hint })
  const [from, to] = [new URL(answer.url), new URL(location, answer.url)]
  if (from.protocol === 'https:' && to.protocol !== 'https:') throw new ReleaseError(`Cannot ${purpose}: the upload is to go on at ${to.host} without TLS`, { code: 'REGISTRY', hint })
  const [, end] = /^(?:bytes[= ])?0-(\d+)$/.exec(answer.header('range') ?? '') ?? []
  return { url: to.href, ...end !== undefined && { offset: end === '0' ? 0 : Number(end) + 1 } }
}

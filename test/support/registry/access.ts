import type { IncomingMessage } from 'node:http'
import { type Answer, refusal } from './answer.ts'
import type { FakeAuth } from './options.ts'
import { bearerChallenge, type TokenServer } from './token-server.ts'

/** What a request is about. */
export interface Wanted {
  readonly repository: string
  readonly action: 'pull' | 'push' | 'delete'
  /** Another repository that it reads from. */
  readonly from?: string | undefined
}

/** Refuses who may not; undefined lets in. */
export function refuseAccess(request: IncomingMessage, wanted: Wanted, auth: FakeAuth, tokens: TokenServer | undefined): Answer | undefined {
  return auth.kind === 'basic' ? refuseBasic(request, wanted, auth) : tokens && refuseToken(request, wanted, tokens)
}

function refuseBasic(request: IncomingMessage, { action }: Wanted, auth: FakeAuth): Answer | undefined {
  const given = request.headers.authorization
  const user = Object.entries(auth.users).find(([name, password]) => given === `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`)
  if (!user && given === undefined && auth.anonymousPull && action === 'pull') return undefined
  if (!user) return refusal(401, 'UNAUTHORIZED', 'authentication required', { 'www-authenticate': 'Basic realm="fake registry"' })
  const [name] = user
  return action !== 'pull' && auth.readers?.includes(name) ? refusal(403, 'DENIED', 'requested access to the resource is denied') : undefined
}

/** A mount whose source cannot be read goes on as an upload, so that it is not refused here. */
function refuseToken(request: IncomingMessage, { repository, action }: Wanted, tokens: TokenServer): Answer | undefined {
  const [, token] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? []
  if (token !== undefined && tokens.allows(token, repository, action)) return undefined
  const actions = action === 'push' ? 'pull,push' : action
  const challenge = bearerChallenge(`${tokens.url}/token`, repository, actions)
  return refusal(401, 'UNAUTHORIZED', 'authentication required', { 'www-authenticate': token === undefined ? challenge : `${challenge},error="insufficient_scope"` })
}

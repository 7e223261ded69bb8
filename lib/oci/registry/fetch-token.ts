import type { Credential } from '../../contracts/credential.ts'
import type { HttpBody } from '../../contracts/http.ts'
import { ReleaseError } from '../../values/errors.ts'
import { basic } from './basic.ts'
import type { Exchange } from './exchange.ts'
import { collect } from './collect.ts'
import { refusal } from './refusal.ts'

export interface TokenQuestion {
  readonly realm: string
  readonly service: string | undefined
  readonly scopes: readonly string[]
  /** The registry's own address: a registry over TLS is not to send a credential over anything less. */
  readonly base: string
  readonly host: string
  readonly credential: Credential | undefined
  readonly purpose: string
}

export interface Token {
  readonly text: string
  /** How long it holds. */
  readonly seconds: number
}

const largest = 1 << 20

/**
 * Gets a token: the distribution project's "Token Authentication", and "OAuth2 Token Authentication" for identity tokens.
 * Without a credential it asks as nobody, which is how public images are pulled.
 * @throws ReleaseError (CREDENTIALS) where it refuses, (REGISTRY) where it answers with something else
 */
export async function fetchToken(question: TokenQuestion, exchange: Exchange): Promise<Token> {
  const { purpose, host, credential } = question
  const realm = checkedRealm(question)
  const answer = await exchange(credential && 'identityToken' in credential ? byIdentityToken(realm, question, credential.identityToken) : byQuery(realm, question))
  const who = `its token server ${realm.host}`
  if (answer.status !== 200) throw await refusal(answer, { purpose, host, credential, who })
  return tokenIn(await collect(answer.body, largest), who, purpose)
}

function checkedRealm({ realm, base, purpose }: TokenQuestion): URL {
  const url = URL.canParse(realm) ? new URL(realm) : undefined
  const wrong = !url || !/^https?:$/.test(url.protocol) ? 'it names a token server that is no URL'
    : url.protocol === 'http:' && base.startsWith('https:') ? `it names a token server without TLS, ${url.host}` : undefined
  if (!url || wrong !== undefined) {
    throw new ReleaseError(`Cannot ${purpose}: ${wrong}`, { code: 'REGISTRY', hint: 'Correct the settings of the registry.' })
  }
  return url
}

function byQuery(realm: URL, { service, scopes, credential }: TokenQuestion): Parameters<Exchange>[0] {
  const url = new URL(realm)
  if (service !== undefined) url.searchParams.set('service', service)
  for (const scope of scopes) url.searchParams.append('scope', scope)
  const authorization = credential && basic(credential)
  if (credential && 'username' in credential) url.searchParams.set('account', credential.username)
  return { method: 'GET', url: url.href, ...authorization !== undefined && { headers: { Authorization: authorization } } }
}

function byIdentityToken(realm: URL, { service = '', scopes }: TokenQuestion, token: string): Parameters<Exchange>[0] {
  const form = new URLSearchParams({ grant_type: 'refresh_token', service, scope: scopes.join(' '), client_id: 'slipway', refresh_token: token })
  const bytes = Buffer.from(form.toString())
  const body: HttpBody = { size: bytes.length, open: () => [bytes] }
  return { method: 'POST', url: realm.href, headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body }
}

function tokenIn(bytes: Uint8Array | undefined, who: string, purpose: string): Token {
  const { token, access_token: accessToken, expires_in: seconds } = fieldsOf(bytes)
  const text = [token, accessToken].find(one => typeof one === 'string' && /^[\x21-\x7e]+$/.test(one))
  if (typeof text === 'string') return { text, seconds: typeof seconds === 'number' && seconds > 0 ? seconds : 60 }
  throw new ReleaseError(`Cannot ${purpose}: ${who} answers without a token`, { code: 'REGISTRY', hint: 'Check the settings of the registry, and what stands before its token server.' })
}

function fieldsOf(bytes: Uint8Array | undefined): { readonly token?: unknown, readonly access_token?: unknown, readonly expires_in?: unknown } {
  try {
    return (JSON.parse(Buffer.from(bytes ?? []).toString()) ?? {}) as object
  } catch {
    return {}   // nothing of it is shown: it may hold what it should not
  }
}

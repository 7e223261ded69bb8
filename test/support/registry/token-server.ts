import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import { type Answer, bodyOf, json, refusal, send } from './answer.ts'
import { listen, type Listening } from './listen.ts'
import type { FakeAuth } from './options.ts'

export interface TokenServer extends Listening {
  /** What was asked of it, in order. */
  readonly requests: string[]
  /** Whether a token allows an action on a repository; counts its uses. */
  allows(token: string, repository: string, action: string): boolean
}

interface Grant {
  readonly scopes: readonly string[]
  uses: number
}

const service = 'fake registry'

/** A token server as the distribution project specifies it: "Token Authentication", "OAuth2 Token Authentication". */
export async function startTokenServer(auth: FakeAuth): Promise<TokenServer> {
  const grants = new Map<string, Grant>()
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${decodeURIComponent(request.url ?? '')}`)
    void answer(request, auth, grants).catch(() => refusal(500, 'UNKNOWN', 'the request was cut'))
      .then(found => send(found, request, response))
  })
  return {
    ...await listen(server), requests,
    allows: (token, repository, action) => {
      const grant = grants.get(token)
      if (!grant || grant.uses <= 0) return false
      grant.uses -= 1
      return grant.scopes.includes(`${repository}:${action}`)
    },
  }
}

async function answer(request: IncomingMessage, auth: FakeAuth, grants: Map<string, Grant>): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const form = request.method === 'POST' ? new URLSearchParams((await bodyOf(request)).toString()) : url.searchParams
  const user = request.method === 'POST' ? auth.refreshTokens?.[form.get('refresh_token') ?? ''] : userOf(request, auth)
  if (form.get('service') !== service) return refusal(400, 'UNKNOWN', 'there is no such service')
  if (user === false || (request.method === 'POST' && user === undefined)) return refusal(401, 'UNAUTHORIZED', 'incorrect username or password')
  const asked = form.getAll('scope').flatMap(text => text.split(' ')).filter(text => text !== '')
  if (asked.some(scope => auth.closed?.includes(scope.split(':')[1] ?? ''))) return refusal(403, 'DENIED', 'access to the resource is denied')
  const token = randomUUID()
  grants.set(token, { scopes: asked.flatMap(scope => granted(scope, user, auth)), uses: auth.tokenUses ?? Infinity })
  return json({ [auth.tokenField ?? 'token']: token, expires_in: 300 })
}

/** False is a wrong password, undefined nobody. */
function userOf(request: IncomingMessage, { users }: FakeAuth): string | false | undefined {
  const [, encoded] = /^Basic (.+)$/.exec(request.headers.authorization ?? '') ?? []
  if (encoded === undefined) return undefined
  const [, name = '', password = ''] = /^([^:]*):([\s\S]*)$/.exec(Buffer.from(encoded, 'base64').toString()) ?? []
  return Object.hasOwn(users, name) && users[name] === password && name
}

function granted(scope: string, user: string | undefined, auth: FakeAuth): readonly string[] {
  const [, name, actions = ''] = /^repository:(.+):([a-z,]+)$/.exec(scope) ?? []
  const mayWrite = user !== undefined && !auth.readers?.includes(user)
  return actions.split(',').filter(action => action === 'pull' ? user !== undefined || auth.anonymousPull : mayWrite)
    .map(action => `${name}:${action}`)
}

/** What a registry that trusts it tells those without a token. */
export function bearerChallenge(realm: string, repository: string, actions: string): string {
  return `Bearer realm="${realm}",service="${service}",scope="repository:${repository}:${actions}"`
}

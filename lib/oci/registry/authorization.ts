import type { Credential, Credentials } from '../../contracts/credential.ts'
import { type Access, scopesOf } from './access.ts'
import { basic } from './basic.ts'
import { type Challenge, parseChallenges } from './parse-challenges.ts'
import type { Exchange } from './exchange.ts'
import { fetchToken } from './fetch-token.ts'

export interface AuthorizationParts {
  /** The host that credentials are asked for. */
  readonly host: string
  readonly base: string
  readonly credentials: Credentials
  readonly exchange: Exchange
}

/** What opens one registry; every scope's token is fetched once and used until it ends. */
export interface Authorization {
  readonly credential: () => Promise<Credential | undefined>
  /** The Authorization header for a request, as far as is known what the registry wants. */
  header(access: readonly Access[], purpose: string): Promise<string | undefined>
  /**
   * Another header, after a 401 to a request that had `used`; undefined where there is nothing left to try.
   * @throws ReleaseError as `fetchToken`
   */
  renewed(access: readonly Access[], purpose: string, refused: { readonly challenge: string, readonly used: string | undefined }): Promise<string | undefined>
}

interface Held {
  readonly header: string
  readonly until: number
}

/** Seconds that a request may take to arrive. */
const margin = 10

export function createAuthorization({ host, base, credentials, exchange }: AuthorizationParts): Authorization {
  const tokens = new Map<string, Promise<Held>>()
  /** What the registry wants to be asked for, by what is needed as far as is known here. */
  const widened = new Map<string, readonly string[]>()
  let known: Challenge | undefined
  const credential = (): Promise<Credential | undefined> => credentials(host)

  const fetchHeld = async (challenge: Challenge, scopes: readonly string[], purpose: string): Promise<Held> => {
    const { realm = '', service } = challenge.parameters
    const { text, seconds } = await fetchToken({ realm, service, scopes, base, host, credential: await credential(), purpose }, exchange)
    return { header: `Bearer ${text}`, until: performance.now() + Math.max(1, seconds - margin) * 1000 }
  }
  const bearer = async (challenge: Challenge, scopes: readonly string[], purpose: string, used?: string): Promise<string> => {
    const key = scopes.join(' ')
    const before = tokens.get(key)
    const held = await before?.catch(() => undefined)
    if (held && held.header !== used && held.until > performance.now()) return held.header
    const meanwhile = tokens.get(key)
    const pending = meanwhile && meanwhile !== before ? meanwhile : fetchHeld(challenge, scopes, purpose)
    tokens.set(key, pending)
    return (await pending).header
  }
  return {
    credential,
    header: async (access, purpose) => {
      if (!known) return undefined
      if (known.scheme === 'bearer') return bearer(known, widened.get(scopesOf(access).join(' ')) ?? scopesOf(access), purpose)
      const found = await credential()
      return found && basic(found)
    },
    renewed: async (access, purpose, { challenge: text, used }) => {
      const challenge = preferred(parseChallenges(text))
      if (!challenge) return undefined
      known = challenge
      if (challenge.scheme === 'bearer') {
        const scopes = merged(scopesOf(access), challenge)
        widened.set(scopesOf(access).join(' '), scopes)
        return bearer(challenge, scopes, purpose, used)
      }
      const found = await credential()
      const header = found && basic(found)
      return header === used ? undefined : header
    },
  }
}

function preferred(challenges: readonly Challenge[]): Challenge | undefined {
  return challenges.find(({ scheme, parameters }) => scheme === 'bearer' && parameters['realm']) ?? challenges.find(({ scheme }) => scheme === 'basic')
}

/** What is wanted here, and what the registry asks for besides. */
function merged(wanted: readonly string[], { parameters: { scope = '' } }: Challenge): readonly string[] {
  const covered = (one: string): boolean => wanted.some(other => {
    const [name, actions] = [other.slice(0, other.lastIndexOf(':')), other.slice(other.lastIndexOf(':') + 1).split(',')]
    return one.slice(0, one.lastIndexOf(':')) === name && one.slice(one.lastIndexOf(':') + 1).split(',').every(action => actions.includes(action))
  })
  return [...wanted, ...scope.split(' ').filter(one => one !== '' && !covered(one))]
}

import { createVerify } from 'node:crypto'
import { type Answer, notFound, refusal } from './answer.ts'
import type { FakeApp, FakeRight } from './options.ts'
import { anonymous, fullNameOf, type GithubState, type Principal, type RepositoryState } from './state.ts'

export interface Asking {
  readonly state: GithubState
  readonly apps: Readonly<Record<string, FakeApp>>
  readonly now: number
}

/** Seconds that an app's own token may last, and that clocks may differ. */
const [longest, difference] = [600, 60]

/** Who asks, by the Authorization header; an answer where it is nobody that is known. */
export function authenticate(header: string | undefined, asking: Asking): { readonly principal: Principal } | { readonly refused: Answer } {
  if (header === undefined) return { principal: anonymous }
  const credential = credentialIn(header)
  if (credential.split('.').length === 3) return appOf(credential, asking)
  const principal = asking.state.tokens.get(credential)
  if (!principal || (principal.expires ?? Infinity) <= asking.now) return { refused: refusal(401, 'Bad credentials') }
  return { principal }
}

/** What an Authorization header holds: a token, or a password of RFC 7617. */
export function credentialIn(header: string): string {
  const [, scheme = '', value = ''] = /^(\S+)\s+(\S+)$/.exec(header) ?? []
  if (scheme.toLowerCase() !== 'basic') return value
  const [user = '', password = ''] = Buffer.from(value, 'base64').toString().split(/:(.*)/s)
  return password === '' || password === 'x-oauth-basic' ? user : password
}

/** RFC 7519, signed with RS256: "Generating a JSON Web Token for a GitHub App". */
function appOf(token: string, { apps, now }: Asking): ReturnType<typeof authenticate> {
  const [head = '', claims = '', signature = ''] = token.split('.')
  const { iss, iat, exp } = claimsIn(claims)
  const app = apps[String(iss)]
  const verified = app && createVerify('RSA-SHA256').update(`${head}.${claims}`).verify(app.publicKey, signature, 'base64url')
  if (!app || !verified) return { refused: refusal(401, 'A JSON web token could not be decoded') }
  const seconds = now / 1000
  if (!(exp > seconds) || exp > seconds + longest + difference) return { refused: refusal(401, "'Expiration time' claim ('exp') is too far in the future or already passed") }
  if (iat > seconds + difference) return { refused: refusal(401, "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued") }
  return { principal: { kind: 'app', login: String(iss), may: app.may } }
}

function claimsIn(text: string): { readonly iss?: unknown, readonly iat: number, readonly exp: number } {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString()) as ReturnType<typeof claimsIn>
  } catch {
    return { iat: 0, exp: 0 }
  }
}

export function rightOf(principal: Principal, repository: RepositoryState): FakeRight | undefined {
  const [, right] = Object.entries(principal.may).find(([name]) => name.toLowerCase() === fullNameOf(repository).toLowerCase()) ?? []
  return right
}

export function mayRead(principal: Principal, repository: RepositoryState): boolean {
  return !repository.private || rightOf(principal, repository) !== undefined
}

export function mayWrite(principal: Principal, repository: RepositoryState): boolean {
  return ['write', 'admin'].includes(rightOf(principal, repository) ?? '')
}

/** What who may not write is told: a classic token that there is no such thing. */
export function refuseWrite({ kind }: Principal): Answer {
  if (kind === 'anonymous') return refusal(401, 'Requires authentication')
  if (kind === 'classic') return notFound()
  return refusal(403, `Resource not accessible by ${kind === 'installation' ? 'integration' : 'personal access token'}`)
}

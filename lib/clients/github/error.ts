import { named } from '../../oci/registry/named.ts'
import { passingStatuses } from '../../oci/registry/passing.ts'
import { retryAfter } from '../../oci/registry/retry-after.ts'
import { ReleaseError } from '../../values/errors.ts'
import { secretHider } from '../../values/secret-forms.ts'
import { readableDuration } from '../../values/readable.ts'
import type { GithubFailure } from './failure.ts'

/** What a token has to be allowed to write, as workflows call it. */
export type GithubPermission = 'contents' | 'pull-requests'

export interface ErrorContext {
  /** What an error says after `Cannot`: `upload a.tar.gz to example/gateway`. */
  readonly purpose: string
  /** What must never be shown. */
  readonly secrets: readonly string[]
  /** Milliseconds since 1970. */
  readonly now: number
  /** Whether anybody was named who asks. */
  readonly known: boolean
  readonly permission: GithubPermission
}

/** What Octokit throws. */
interface Refused {
  readonly status: number
  readonly cause?: unknown
  readonly response?: {
    readonly headers: Readonly<Record<string, string | number | undefined>>
    readonly data: unknown
  }
}

interface Said {
  readonly message?: unknown
  readonly errors?: unknown
}

type Reason = string | { readonly field?: string, readonly code?: string, readonly message?: string }

/** Milliseconds to wait after a secondary limit that says nothing of it: "Rate limits for the REST API", "Exceeding the rate limit". */
const unsaid = 60_000
const longestWords = 300
/** Milliseconds that clocks may differ before that is why something signed is refused. */
const mostOff = 30_000

/** What Octokit throws, in our words: never the request, which holds the token. */
export function githubError(error: unknown, context: ErrorContext): unknown {
  const { status, cause, response } = error as Partial<Refused>
  if (error instanceof ReleaseError) return ours(error, context)
  if (cause instanceof ReleaseError) return ours(cause, context)
  if (status === undefined || !response) return error
  const wait = waitOf(status, response, context.now)
  const hide = secretHider(context.secrets, '...')
  const reasons = reasonsIn(response.data).map(hide)
  const failure: GithubFailure = { status, passing: passingStatuses.includes(status), reasons, ...(wait === undefined ? {} : { wait }) }
  return refusal(words(status, typeof response.data === 'string' ? hide(response.data) : '', reasons, hide), failure, { ...context, off: clockOff(response, context.now) })
}

/** Of a connection; what leads nowhere is told as of a registry, from where redirects are followed. */
function ours(error: ReleaseError, { purpose }: ErrorContext): unknown {
  if (error.code !== 'REGISTRY') return named(error, purpose)
  return new ReleaseError(`Cannot ${purpose}: ${error.message.replace(/^Cannot/, 'cannot')}`, { code: 'DESTINATION', cause: error, hint: 'Check the address of GitHub.' })
}

function waitOf(status: number, { headers, data }: NonNullable<Refused['response']>, now: number): number | undefined {
  if (status !== 403 && status !== 429) return undefined
  const asked = retryAfter(textOf(headers['retry-after']), now)
  if (asked !== undefined) return asked
  if (textOf(headers['x-ratelimit-remaining']) === '0') return Math.max(0, Number(headers['x-ratelimit-reset'] ?? 0) * 1000 - now) + 1000
  return status === 429 || /secondary rate limit/i.test(String((data as Said | null)?.message)) ? unsaid : undefined
}

function textOf(value: string | number | undefined): string | undefined {
  return value === undefined ? undefined : String(value)
}

function reasonsIn(data: unknown): readonly string[] {
  const { message, errors } = (data ?? {}) as Said
  const listed = (Array.isArray(errors) ? errors as readonly Reason[] : []).map(reason => typeof reason === 'string' ? reason
    : reason.message ?? [reason.field, reason.code].filter(part => part !== undefined).join(' '))
  return [...typeof message === 'string' && (listed.length === 0 || message !== 'Validation Failed') ? [message] : [], ...listed]
}

function words(status: number, text: string, reasons: readonly string[], hide: (text: string) => string): string {
  const said = reasons.length > 0 ? reasons.join('; ') : !text.trim().startsWith('<') ? text.split('\n')[0] ?? '' : ''
  // What comes from there is printed in a terminal.
  const plain = hide(said.replaceAll(/[\p{C}\s]+/gu, ' ').trim())
  return plain === '' ? String(status) : `${status}, ${plain.length > longestWords ? `${plain.slice(0, longestWords)}...` : plain}`
}

/** Milliseconds that this machine's clock is off GitHub's. */
function clockOff({ headers }: NonNullable<Refused['response']>, now: number): number {
  const date = Date.parse(textOf(headers['date']) ?? '')
  return Number.isNaN(date) ? 0 : Math.abs(now - date)
}

function refusal(said: string, cause: GithubFailure, { purpose, known, now, permission, off }: ErrorContext & { readonly off: number }): ReleaseError {
  const { status, wait, reasons } = cause
  // What an app signs says when, and holds for ten minutes: "Generating a JSON web token (JWT) for a GitHub App".
  if (status === 401 && off > mostOff && reasons.some(reason => /\bclaim\b|JSON web token/i.test(reason))) {
    return new ReleaseError(`Cannot ${purpose}: the clock of this machine is ${readableDuration(off)} off GitHub's (${said})`, {
      code: 'CREDENTIALS', cause, hint: 'Set it right: a GitHub App signs with the time.',
    })
  }
  if (status === 401) {
    return new ReleaseError(`Cannot ${purpose}: GitHub ${known ? 'refuses the token' : 'wants a token'} (${said})`, {
      code: 'CREDENTIALS', cause, hint: 'Check that the token is whole and has not expired.',
    })
  }
  if (wait !== undefined) {
    return new ReleaseError(`Cannot ${purpose}: GitHub wants to be asked less often (${said})`, {
      code: 'DESTINATION', cause, hint: `Run the release again after ${new Date(now + wait).toISOString()}; what is done stays done.`,
    })
  }
  if (status === 403) {
    return new ReleaseError(`Cannot ${purpose}: GitHub refuses (${said})`, {
      code: 'CREDENTIALS', cause, hint: hintForPermission(said, permission),
    })
  }
  if (status === 422 && reasons.some(reason => /permissions requested are not granted/i.test(reason))) {
    return new ReleaseError(`Cannot ${purpose}: GitHub refuses (${said})`, { code: 'CREDENTIALS', cause, hint: 'Give the app "Contents: read and write", and accept that where it is installed.' })
  }
  return new ReleaseError(`Cannot ${purpose}: GitHub answers ${said}`, { code: 'DESTINATION', cause, hint: hintFor(status, known) })
}

function hintForPermission(said: string, permission: GithubPermission): string {
  if (/not permitted to create or approve/.test(said)) return 'Allow it: Settings, Actions, General, "Allow GitHub Actions to create and approve pull requests".'
  return `The token needs to write ${permission.replace('-', ' ')} of this repository: \`permissions: ${permission}: write\` in GitHub Actions.`
}

function hintFor(status: number, known: boolean): string {
  if (status === 404) return `Check the name of the repository${known ? ', and what the token may do: GitHub says so of what may not be seen too' : '; a private one needs a token'}.`
  if (status >= 500) return 'Run the release again when GitHub is well; what is done stays done.'
  return 'See what GitHub says of it.'
}

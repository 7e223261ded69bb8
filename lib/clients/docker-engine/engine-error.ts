import { ReleaseError } from '../../values/errors.ts'

/** What dockerode throws where the Engine refuses. */
interface Refusal {
  readonly statusCode?: number
  readonly json?: { readonly message?: string } | Buffer | null
  readonly code?: string
  readonly message?: string
}

/** What went wrong, in the Engine's own words without dockerode's. */
export function messageOf(error: unknown): string {
  const { json, code, message = String(error) } = error as Refusal
  if (json && !Buffer.isBuffer(json) && json.message) return json.message.trim()
  const known: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such socket', EACCES: 'the permission is missing: is this user in the group docker?', ECONNREFUSED: 'nothing listens there',
    ENOTFOUND: 'there is no such host', ETIMEDOUT: 'it does not answer', ABORT_ERR: 'it does not answer', ECONNRESET: 'the connection was reset',
  }
  return (code !== undefined && known[code]) || message.replace(/^\(HTTP code \d+\) [^-]*- /, '').trim()
}

/** A refusal of the Engine as an error for the user; what else is thrown stays as it is. */
export function engineError(what: string, engine: string, error: unknown): unknown {
  if (error instanceof ReleaseError) return error
  return new ReleaseError(`Cannot ${what} with ${engine}: ${messageOf(error)}`, { code: 'DOCKER', cause: error, hint: 'See what the Engine says: docker info.' })
}

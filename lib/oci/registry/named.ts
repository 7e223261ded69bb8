import { ReleaseError } from '../../values/errors.ts'

/** An error of the connection, which knows a host alone, with what it was for before it; other errors as they are. */
export function named(error: unknown, purpose: string): unknown {
  if (!(error instanceof ReleaseError) || !['NETWORK', 'REGISTRY'].includes(error.code) || error.message.startsWith(`Cannot ${purpose}`)) return error
  const { code, message, hint, cause } = error
  return new ReleaseError(`Cannot ${purpose}: ${message.replace(/^Cannot/, 'cannot')}`, { code, cause, ...hint !== undefined && { hint } })
}

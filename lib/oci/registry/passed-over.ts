import { ReleaseError } from '../../values/errors.ts'

/** Whether another endpoint is asked after an error of this one. */
export function isPassedOver(error: unknown): boolean {
  return error instanceof ReleaseError && ['REGISTRY', 'NETWORK', 'CREDENTIALS', 'CONTENT', 'IMAGE'].includes(error.code)
}

/** The last endpoint's error, with what the ones before it said. */
export function lastOf(errors: readonly unknown[]): unknown {
  const [error, before] = [errors.at(-1), errors.slice(0, -1)]
  if (before.length === 0 || !(error instanceof ReleaseError)) return error
  const { message, code, hint, cause } = error
  const tried = before.map(one => (one as Error).message.replace(/^Cannot/, 'cannot')).join('; ')
  return new ReleaseError(`${message} (before that: ${tried})`, { code, cause, ...hint !== undefined && { hint } })
}

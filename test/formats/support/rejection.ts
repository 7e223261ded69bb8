import { ReleaseError } from '../../../lib/values/errors.ts'

/** The error that a promise ends with, which has to be one for the user. */
export async function rejection(promise: Promise<unknown>): Promise<ReleaseError> {
  const error: unknown = await promise.then(() => undefined, (reason: unknown) => reason)
  if (error instanceof ReleaseError) return error
  throw new Error(`expected a ReleaseError, got ${String(error)}`, { cause: error })
}

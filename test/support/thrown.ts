import { ReleaseError } from '../../lib/values/errors.ts'

/** The ReleaseError that something throws at once. */
export function thrown(act: () => unknown): ReleaseError {
  try {
    act()
  } catch (error) {
    if (error instanceof ReleaseError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

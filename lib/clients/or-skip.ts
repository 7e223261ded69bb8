import { isAway } from '../oci/registry/passing.ts'
import type { ReleaseError } from '../values/errors.ts'
import { Skip } from '../values/skip.ts'

/** Only an outside that cannot be had is left out; what is wrong there, or set wrongly here, is a failure. */
export async function orSkip<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (isAway(error)) throw new Skip((error as ReleaseError).message.replace(/^Cannot /, 'cannot '), { cause: error })
    throw error
  }
}

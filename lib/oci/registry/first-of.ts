import type { Endpoint } from './endpoint.ts'
import { isPassedOver, lastOf } from './passed-over.ts'

/**
 * The first endpoint's answer that is one: a mirror that lacks it, or fails, is passed over.
 * @throws ReleaseError the last one's, the registry's own, which says what the mirrors said
 */
export async function firstOf<T>(endpoints: readonly Endpoint[], act: (endpoint: Endpoint) => Promise<T>): Promise<T> {
  const failures: unknown[] = []
  for (const endpoint of endpoints) {
    try {
      return await act(endpoint)
    } catch (error) {
      if (!isPassedOver(error)) throw error
      failures.push(error)
      if (endpoint.mirror) endpoint.log(`${(error as Error).message}; going on without this mirror`)
    }
  }
  throw lastOf(failures)
}

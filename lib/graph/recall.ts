import type { Records } from '../contracts/records.ts'
import type { SharedCache } from '../contracts/shared-cache.ts'
import type { Hints, Observer } from '../contracts/workshop.ts'
import { digestOfValue } from '../values/digest.ts'
import type { Digest } from '../values/descriptor.ts'
import type { Json } from '../values/json.ts'

/** Readings that are kept in the cache, and where other machines find them; with `fresh` they are kept and never found. */
export function recallIn(records: Records, fresh = false, elsewhere?: SharedCache): Observer['recall'] {
  return async <T extends Json>(key: Json, compute: () => Promise<T>): Promise<T> => {
    const digest = digestOfValue(['recall', key])
    const found = fresh ? undefined : await records.find(digest)
    if (found !== undefined) return found as T
    const shared = fresh ? undefined : await elsewhere?.findReading(digest)
    const value = shared === undefined ? await compute() : shared as T
    await records.keep(digest, value)
    if (shared === undefined) elsewhere?.keepReading(digest, value)
    return value
  }
}

/** Hints that are kept in the cache; with `fresh` they are kept and never found. */
export function hintsIn(records: Records, fresh = false): Hints {
  const keyOf = (like: Json): Digest => digestOfValue(['hint', like])
  return {
    find: async like => fresh ? undefined : records.find(keyOf(like)),
    keep: (like, hint) => records.keep(keyOf(like), hint),
  }
}

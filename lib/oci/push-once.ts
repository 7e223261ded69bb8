import type { Digest } from '../values/descriptor.ts'
import type { Store } from './store.ts'

/** A store to which several copies are made at once: what they have in common is looked for and pushed once. */
export function pushOnce(store: Store): Store {
  const under = new Map<Digest, Promise<void>>()
  const there = new Set<Digest>()
  return {
    ...store,
    has: async descriptor => {
      // What is on its way is there when this copy needs it.
      await under.get(descriptor.digest)?.catch(() => undefined)
      if (there.has(descriptor.digest)) return true
      const found = await store.has(descriptor)
      if (found) there.add(descriptor.digest)
      return found
    },
    push: (descriptor, open, from) => {
      const earlier = under.get(descriptor.digest)
      if (earlier) return earlier
      const pushed = (async () => {
        try {
          await store.push(descriptor, open, from)
          there.add(descriptor.digest)
        } finally {
          under.delete(descriptor.digest)
        }
      })()
      under.set(descriptor.digest, pushed)
      return pushed
    },
  }
}

import type { Digest } from '../values/descriptor.ts'
import type { OciDescriptor } from './descriptor.ts'
import type { Store } from './store.ts'

/** A store to which several copies are made at once: what they have in common is looked for and pushed once. */
export function pushOnce(store: Store): Store {
  const there = new Set<Digest>()
  const looking = new Map<Digest, Promise<boolean>>()
  const under = new Map<Digest, Promise<void>>()
  const look = async (descriptor: OciDescriptor): Promise<boolean> => {
    const found = await store.has(descriptor)
    if (found) there.add(descriptor.digest)
    return found
  }
  return {
    ...store,
    has: async descriptor => {
      // What is on its way is there when this copy needs it.
      await under.get(descriptor.digest)?.catch(() => undefined)
      return there.has(descriptor.digest) || onlyOne(looking, descriptor.digest, () => look(descriptor))
    },
    push: async (descriptor, open, from) => {
      const pushOwn = async (): Promise<void> => {
        await store.push(descriptor, open, from)
        there.add(descriptor.digest)
      }
      // Another copy may have pushed it since this one saw that it was missing.
      if (there.has(descriptor.digest)) return
      const others = under.get(descriptor.digest)
      // It may have been stopped for a reason of its own.
      await (others ? others.catch(pushOwn) : onlyOne(under, descriptor.digest, pushOwn))
    },
  }
}

/** What is under way already, else what is begun now. */
function onlyOne<T>(underWay: Map<Digest, Promise<T>>, digest: Digest, begin: () => Promise<T>): Promise<T> {
  const earlier = underWay.get(digest)
  if (earlier) return earlier
  const begun = begin().finally(() => underWay.delete(digest))
  underWay.set(digest, begun)
  return begun
}

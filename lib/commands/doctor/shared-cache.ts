import { type CacheAccess, mayWrite, openCacheRegistry } from '../../clients/shared-cache/open-cache-registry.ts'
import { nameOfPlace, type SharedCachePlace } from '../../clients/shared-cache/shared-cache-place.ts'

/** What a release would find of the cache that machines share. Nothing of it can make one fail. */
export interface SharedDiagnosis {
  readonly name: string
  readonly state: 'read and written' | 'read' | 'unused'
  /** Why it is not written, or not used at all. */
  readonly why?: string
}

/** A tag that no result has. */
const nothing = 'cache-none'

/** Asks for something that is not there, and where a release would write, whether it may. */
export async function lookAtSharedCache(place: SharedCachePlace, access: CacheAccess): Promise<SharedDiagnosis> {
  const name = nameOfPlace(place)
  try {
    const { registry, credentials } = await openCacheRegistry(place, access)
    const reading = await failureOf(() => registry.manifest(nothing))
    if (!await mayWrite(place, access.environment, credentials)) {
      return reading === undefined ? { name, state: 'read', why: 'this run would not write into it' } : { name, state: 'unused', why: reading }
    }
    const writing = await failureOf(() => registry.checkPush())
    if (writing === undefined) return { name, state: 'read and written' }
    return { name, state: reading === undefined ? 'read' : 'unused', why: writing }
  } catch (error) {
    access.signal.throwIfAborted()
    return { name, state: 'unused', why: (error as Error).message }
  }
}

async function failureOf(ask: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await ask()
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

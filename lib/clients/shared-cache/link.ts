import type { Registry } from '../../oci/registry/registry.ts'
import { isAway, statusOf } from '../../oci/registry/passing.ts'
import { ReleaseError } from '../../values/errors.ts'
import { type CacheAccess, type CacheRegistry, mayWrite, openCacheRegistry } from './open-cache-registry.ts'
import { nameOfPlace, type SharedCachePlace } from './shared-cache-place.ts'

/** The way to a shared cache. What fails there is told once, and it is not asked again. */
export interface Link {
  /** What it is called: `ghcr.io/example/cache`. */
  readonly name: string
  /** Whether it can still be asked, as far as is known. */
  reads(): boolean
  writes(): Promise<boolean>
  /** @returns undefined where it cannot be asked. @throws ReleaseError where it answers with what cannot be, which says nothing of the rest */
  read<T>(ask: (registry: Registry) => Promise<T>): Promise<T | undefined>
  /** @returns whether it was done */
  write(act: (registry: Registry) => Promise<void>): Promise<boolean>
}

/** @param tell told what the user should see */
export function linkTo(place: SharedCachePlace, access: CacheAccess, tell: (line: string) => void): Link {
  let [readable, writable] = [true, true]
  let opened: Promise<CacheRegistry> | undefined
  let permission: Promise<boolean> | undefined
  const open = (): Promise<CacheRegistry> => opened ??= openCacheRegistry(place, access)
  const ask = (): Promise<boolean> => permission ??= open().then(({ credentials }) => mayWrite(place, access.environment, credentials)).catch((error: unknown) => {
    refuseWriting(error)
    return false
  })
  const refuseWriting = (error: unknown): void => {
    if (writable && !access.signal.aborted) tell(`Nothing is kept in the shared cache ${link.name}: ${messageOf(error)}`)
    writable = false
  }
  const refuseReading = async (error: unknown): Promise<void> => {
    if (access.signal.aborted || !readable) return
    readable = false
    // Many registries say that one may not read what is not there yet: who may write there makes it.
    if (!isAway(error) && (error as Partial<ReleaseError>).code === 'CREDENTIALS' && await ask()) return
    writable = false
    tell(`Nothing is taken from the shared cache ${link.name}, and nothing is kept there: ${messageOf(error)}`)
  }
  const link: Link = {
    name: nameOfPlace(place),
    reads: () => readable,
    writes: async () => writable && await ask() && writable,
    read: async act => {
      if (!readable) return undefined
      try {
        return await act((await open()).registry)
      } catch (error) {
        if (isAnswer(error)) throw error
        await refuseReading(error)
        return undefined
      }
    },
    write: async act => {
      if (!await link.writes()) return false
      try {
        await act((await open()).registry)
        return true
      } catch (error) {
        // Bytes that are not here, or are wrong here, are no matter of the registry's.
        if ((error as Partial<ReleaseError>).code !== 'CONTENT') refuseWriting(error)
        return false
      }
    },
  }
  return link
}

/** Whether it says something of what was asked for, not of the registry. */
function isAnswer(error: unknown): boolean {
  return error instanceof ReleaseError && (error.code === 'CONTENT' || statusOf(error) === 404)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

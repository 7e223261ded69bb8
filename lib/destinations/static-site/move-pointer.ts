import { setTimeout as delay } from 'node:timers/promises'
import { patience } from '../../oci/registry/patience.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { SiteStore } from './site-store.ts'

/**
 * Moves a pointer by compare-and-swap: where another run has moved it meanwhile, the new text is computed again.
 * @param next the text that is to be there; undefined where it is to go
 */
export async function movePointer(store: SiteStore, path: string, next: (text: string | undefined) => Promise<string | undefined>, signal?: AbortSignal): Promise<void> {
  const { tries, rest } = patience({ tries: 8, sleep: milliseconds => pause(milliseconds, signal) })
  for (let count = 1; ; count += 1) {
    const before = await store.readPointer(path)
    const text = await next(before?.text)
    if (text === before?.text) return
    if (text === undefined) return store.remove(path)
    if (await store.writePointer(path, text, before)) return
    if (count >= tries) throw new ReleaseError(`Cannot write ${path} of ${store.where}: something else writes it again and again`, { code: 'DESTINATION', hint: 'Run the release again when nothing else writes there.' })
    await rest(count)
  }
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(milliseconds, undefined, signal && { signal })
  } catch (cause) {
    throw new ReleaseError('Cannot wait for a site: the run was stopped', { code: 'CANCELLED', cause })
  }
}

import type { PassedRequest, Sight } from '../../lib/testing/index.ts'
import { eyesOn } from './eyes.ts'
import { notStaged } from './not-staged.ts'
import type { ServerName } from './servers.ts'
import type { Site } from './site.ts'
import { isAnythingNew, tooEarly } from './too-early.ts'

/** What a release is measured by. */
export interface Expected {
  /** What was to be seen before it. */
  readonly before: Sight
  /** What an undisturbed one comes to. */
  readonly whole: Sight
  /** Whether GitHub has the files before they are public; in a release that is public they cannot be. */
  readonly filesFirst: boolean
}

/** Somebody who looks from outside again and again, and notes what is not to be seen yet. */
export interface Witness {
  /** A request goes to a server, or has been carried out there. */
  touch(server: ServerName, request: Pick<PassedRequest, 'method' | 'path'>): void
  look(): Promise<void>
  /** Looks at everything, whatever was asked. */
  lookAround(): Promise<void>
  told(): { readonly early: readonly string[], readonly looks: number }
}

/** @param expected nobody looks where it is absent */
export function witnessOf(site: Site, expected: Expected | undefined): Witness {
  const eyes = eyesOn(site)
  const early = new Set<string>()
  let [looks, staged] = [0, false]
  let [first, last]: (Sight | undefined)[] = []
  const look = async (): Promise<void> => {
    if (!expected) return
    const seen = await eyes.look()
    looks += 1
    if (seen === last) return
    first ??= seen
    last = seen
    for (const one of tooEarly({ ...expected, seen })) early.add(one)
    // A run that failed may have let go of what it held back: what was public before is no news of this one.
    if (staged || !isAnythingNew({ ...expected, before: first, seen })) return
    const missing = await notStaged(site, expected.whole, expected.filesFirst)
    staged = missing.length === 0
    for (const one of missing) early.add(one)
  }
  return {
    look, touch: eyes.touch, told: () => ({ early: [...early], looks }),
    lookAround: () => {
      eyes.touchAll()
      return look()
    },
  }
}

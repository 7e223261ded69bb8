import type { Observer } from '../../lib/contracts/workshop.ts'
import { task } from '../../lib/graph/task.ts'
import { basePlatform } from '../../lib/oci/base-platform.ts'
import { orSkip } from '../../lib/clients/or-skip.ts'
import type { LockedBase, UnlockedBase } from '../../lib/values/base.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import type { BaseImage } from '../../lib/values/image.ts'
import { Skip } from '../../lib/values/skip.ts'
import type { Target } from '../../lib/values/target.ts'

export interface BaseImageInput {
  readonly base: LockedBase | UnlockedBase
  readonly target: Target
}

/** A base for one platform, fetched from its registry by digest: layers, configuration, and what lies in it. */
export const baseImage = task<BaseImageInput, BaseImage>({
  name: 'base image',
  revision: 1,
  slot: 'net',
  outline: ({ base, target }) => ({ kind: 'base', name: base.reference, target }),
  // Layers that are no gzip become one.
  depends: ({ base, target }) => ({ zlib: process.versions['zlib'] ?? 'unknown', manifest: base.from === 'registry' ? basePlatform(base, target)?.digest ?? base.digest : base.reference }),
  // Observed, so that plans know it too: what is not locked may be in nobody's cache.
  observe: async ({ base }) => {
    if (base.from === 'nowhere') throw new Skip(base.reason)
    return { value: null, reads: base.place.reads ?? [] }
  },
  foresee: async ({ base, target }, observer) => {
    await orSkip(async () => {
      await reach(locked(base), observer)
      locked(base, target)
    })
  },
  work: async ({ base, target }, workshop) => orSkip(async () => {
    const { fetchBase } = await import('../../lib/clients/fetch-base.ts')
    await reach(locked(base), workshop)
    return fetchBase(locked(base, target), target, workshop)
  }),
})

/** Once for all platforms, in a plan and in the run after it: a registry that is away is not waited for again and again. */
async function reach(base: LockedBase, observer: Observer): Promise<void> {
  const { reachBase } = await import('../../lib/clients/fetch-base.ts')
  await observer.once(`reach ${base.reference}`, () => reachBase(base, observer))
}

function locked(base: BaseImageInput['base'], target?: Target): LockedBase {
  if (base.from === 'nowhere') throw new Skip(base.reason)
  if (target === undefined || basePlatform(base, target)) return base
  throw new ReleaseError(`Cannot stand on ${base.reference}: it has no ${target}`, { code: 'IMAGE', hint: `It has ${Object.keys(base.platforms).join(', ')}.` })
}

import { platformOfTarget, platformText } from '../../lib/oci/platform.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import type { Target } from '../../lib/values/target.ts'

/**
 * Refuses platforms that one image cannot be for, whatever it stands on: none, one without a program, two that are one.
 * @param built those that programs are made for
 * @throws ReleaseError (USAGE)
 */
export function refusePlatforms(targets: readonly Target[], built: readonly Target[]): void {
  if (targets.length === 0) throw new ReleaseError('Cannot make an image: it is for no platform', { code: 'USAGE', hint: 'Leave platforms out, or name one.' })
  refuseDoubles(targets)
  const unbuilt = targets.find(target => !built.includes(target))
  if (unbuilt) throw new ReleaseError(`Cannot make an image for ${unbuilt}: no binary is made for it`, { code: 'USAGE', hint: `There are ${built.join(', ')}.` })
}

/** Two targets of Go may be one platform of images. */
function refuseDoubles(targets: readonly Target[]): void {
  const seen = new Map<string, Target>()
  for (const target of targets) {
    const platform = platformText(platformOfTarget(target))
    const earlier = seen.get(platform)
    if (earlier) throw new ReleaseError(`Cannot make an image for ${earlier} and ${target}: both are ${platform}`, { code: 'USAGE', hint: 'Name the one that is meant with platforms.' })
    seen.set(platform, target)
  }
}

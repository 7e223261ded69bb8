import { dockerEngine } from '../../destinations/docker-engine.ts'
import { closureOf, isSilent, type Step } from '../../graph/step.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Image } from '../../values/image.ts'
import { publish, send } from '../../../tasks/publish.ts'

/** What --load adds to a goal: its images, into this machine's Docker Engine. @throws ReleaseError (USAGE) where it has none */
export function loadImages(goal: string, steps: readonly Step[]): readonly Step[] {
  const images = closureOf(steps).filter((step): step is Step<Image> => step.outline.kind === 'image' && !isSilent(step))
  if (images.length > 0) return [publish(send(dockerEngine(), images))]
  throw new ReleaseError(`Cannot load the images of ${goal}: it makes none`, { code: 'USAGE', hint: 'Leave out --load, or name a goal with images.' })
}

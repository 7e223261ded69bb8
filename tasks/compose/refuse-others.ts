import { isStep, type Step } from '../../lib/graph/step.ts'
import type { At, OutlineOf } from '../../lib/values/artifact.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import type { Image } from '../../lib/values/image.ts'
import { namedImage } from '../image/released-image.ts'

/** An image of the release where it will be pulled from. */
export type AddressedImage = At<Image> | Step<At<Image>>

/** What is known of an image before it is made. */
export function outlineOf(image: AddressedImage): OutlineOf<At<Image>> {
  return isStep(image) ? image.outline : image
}

/**
 * @throws ReleaseError (VERSION) for images of another version, (DESTINATION) for those that nobody can pull, (USAGE) for those
 * of several repositories
 */
export function refuseOthers(images: readonly AddressedImage[], version: string): void {
  const found = images.map(outlineOf).map(outline => ({ ...outline, repository: namedImage(outline).repository }))
  for (const image of found) {
    if (image.version !== version) {
      throw new ReleaseError(`Cannot make a compose file of ${version}: the image ${image.name} is ${image.version}`, { code: 'VERSION', hint: 'Name the images of this release.' })
    }
    if (!image.tag.endsWith(`-${image.distro}`)) throw refusal(`the tag of the image ${image.name} does not end in its distro, ${image.distro}`, 'Make it with buildImage().')
  }
  const [first] = found
  const other = found.find(({ repository }) => repository !== first?.repository)
  if (first && other) throw refusal(`its images are in several repositories, ${first.repository} and ${other.repository}`, 'Name the images of one repository.')
}

function refusal(why: string, hint: string): ReleaseError {
  return new ReleaseError(`Cannot make a compose file: ${why}`, { code: 'USAGE', hint })
}

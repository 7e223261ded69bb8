import { parseReference } from '../../lib/oci/reference.ts'
import type { At, OutlineOf } from '../../lib/values/artifact.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import type { Image } from '../../lib/values/image.ts'
import type { ReleasedImage } from '../../lib/values/released-image.ts'

/** An image's name without what its bytes decide. */
export type NamedImage = Omit<ReleasedImage, 'digest'>

/**
 * How a chart or a compose file names an image.
 * @throws ReleaseError (DESTINATION) for one that lies where nobody can pull it from
 */
export function namedImage({ name, url, destination, distro, tag, platforms }: OutlineOf<At<Image>>): NamedImage {
  const { host, repository, digest, ...reference } = referenceAt(url) ?? {}
  // What a Docker Engine has under a short name, a registry has under none.
  if (host === undefined || reference.tag !== tag || !url.startsWith(`${host}/${repository}:`)) {
    throw new ReleaseError(`Cannot name ${name} as ${url}: nobody can pull it from the ${destination}`, {
      code: 'DESTINATION', hint: 'Give at() the registry that the image goes to: at(ociRegistry(\'ghcr.io/example/gateway\'), image).',
    })
  }
  return { distro, repository: `${host}/${repository}`, tag, platforms }
}

/** An image that is made. */
export function releasedImage(image: At<Image>): ReleasedImage {
  return { ...namedImage(image), digest: image.digest }
}

function referenceAt(url: string): Partial<ReturnType<typeof parseReference>> | undefined {
  try {
    return parseReference(url)
  } catch {
    return undefined
  }
}

import { task } from '../../lib/graph/task.ts'
import type { OutlineOf } from '../../lib/values/artifact.ts'
import type { Image, PlatformImage } from '../../lib/values/image.ts'

export interface ImageIndexInput {
  readonly images: readonly PlatformImage[]
  readonly outline: OutlineOf<Image>
  readonly annotations: Readonly<Record<string, string>>
}

/** One image for several platforms. */
export const imageIndex = task<ImageIndexInput, Image>({
  name: 'image',
  revision: 1,
  whole: true,   // --only narrows it; an image that lost a platform on the way would pass for one that never had it
  outline: ({ outline, images }) => ({ ...outline, platforms: images.map(({ target }) => target) }),
  depends: ({ images, annotations }) => ({ annotations, images: images.map(({ target, digest, size, mediaType }) => ({ target, digest, size, mediaType })) }),
  work: async ({ images, annotations }, { content }) => {
    const { indexBytes } = await import('../../lib/oci/index-bytes.ts')
    const { bytes, mediaType } = indexBytes(images, annotations)
    return content.put([bytes], mediaType)
  },
})

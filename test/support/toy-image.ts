import type { Content } from '../../lib/contracts/content.ts'
import { task } from '../../lib/graph/task.ts'
import type { Step } from '../../lib/graph/step.ts'
import { indexBytes } from '../../lib/oci/index-bytes.ts'
import { jsonBytes } from '../../lib/oci/json-bytes.ts'
import { mediaTypes } from '../../lib/oci/media-types.ts'
import { platformOfTarget } from '../../lib/oci/platform.ts'
import type { Descriptor } from '../../lib/values/descriptor.ts'
import { digestOf } from '../../lib/values/digest.ts'
import type { Image, PlatformImage } from '../../lib/values/image.ts'
import type { Target } from '../../lib/values/target.ts'
import { imageIndex } from '../../tasks/image/image-index.ts'

export interface ToyImage {
  readonly version?: string
  readonly distro?: string
  readonly isDefault?: boolean
  readonly targets?: readonly Target[]
  /** In a layer of the distro's own; another text is another image. Default: the version. */
  readonly text?: string
}

/** A layer is the same bytes in every image of one platform: `layer of linux/amd64`. */
export const sharedLayer = (target: Target): string => `layer of ${target} `.padEnd(2000, target)

const assemble = task<Required<ToyImage>, Image>({
  name: 'image', revision: 1,
  outline: ({ version, distro, isDefault, targets }) => ({
    kind: 'image', name: `gateway:${version.replaceAll('+', '_')}-${distro}`, repository: 'gateway', tag: `${version.replaceAll('+', '_')}-${distro}`,
    distro, isDefault, version, platforms: targets, absent: [], base: { name: distro },
  }),
  work: async ({ distro, targets, text }, { content }) => {
    const images = await Promise.all(targets.map(async target => ({ target, ...await putPlatform(content, target, `base ${distro} ${text}`) })))
    const { bytes, mediaType } = indexBytes(images, {})
    return content.put([bytes], mediaType)
  },
})

/** The image for one platform: a layer of its own and the shared one. */
async function putPlatform(content: Content, target: Target, own: string): Promise<Descriptor> {
  const layers: readonly string[] = [own, sharedLayer(target)]
  const blobs: readonly Descriptor[] = await Promise.all(layers.map(layer => content.put([Buffer.from(layer)], mediaTypes.layer)))
  const rootfs = { type: 'layers', diff_ids: layers.map(layer => digestOf(layer)) }
  const config = await content.put([jsonBytes({ ...platformOfTarget(target), rootfs })], mediaTypes.config)
  return content.put([jsonBytes({ schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers: blobs })], mediaTypes.manifest)
}

/** An image for several platforms that no compiler had a part in. */
export function toyImage({ version = '1.2.3', distro = 'alpine', isDefault = false, targets = ['linux/amd64', 'linux/arm64'], text = version }: ToyImage = {}): Step<Image> {
  return assemble({ version, distro, isDefault, targets, text })
}

/** The same of images for one platform that are steps of their own, each made once it may be. */
export function toyImageInParts(targets: readonly Target[], may: (target: Target) => unknown): Step<Image> {
  const platform = task<{ target: Target }, PlatformImage>({
    name: 'image manifest', revision: 1,
    outline: ({ target }) => ({ kind: 'platform-image', name: 'gateway:1.2.3-alpine', target, version: '1.2.3' }),
    work: async ({ target }, { content }) => {
      await may(target)
      return putPlatform(content, target, 'base alpine')
    },
  })
  return imageIndex({
    images: targets.map(target => platform({ target })), annotations: {},
    outline: { kind: 'image', name: 'gateway:1.2.3-alpine', repository: 'gateway', tag: '1.2.3-alpine', distro: 'alpine', isDefault: false, version: '1.2.3', platforms: targets, absent: [], base: { name: 'alpine' } },
  })
}

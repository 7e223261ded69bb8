import { task } from '../../lib/graph/task.ts'
import type { Step } from '../../lib/graph/step.ts'
import { indexBytes } from '../../lib/oci/index-bytes.ts'
import { jsonBytes } from '../../lib/oci/json-bytes.ts'
import { mediaTypes } from '../../lib/oci/media-types.ts'
import { platformOfTarget } from '../../lib/oci/platform.ts'
import type { Descriptor } from '../../lib/values/descriptor.ts'
import { digestOf } from '../../lib/values/digest.ts'
import type { Image } from '../../lib/values/image.ts'
import type { Target } from '../../lib/values/target.ts'

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
    const images = await Promise.all(targets.map(async target => {
      const layers: readonly string[] = [`base ${distro} ${text}`, sharedLayer(target)]
      const blobs: readonly Descriptor[] = await Promise.all(layers.map(layer => content.put([Buffer.from(layer)], mediaTypes.layer)))
      const rootfs = { type: 'layers', diff_ids: layers.map(layer => digestOf(layer)) }
      const config = await content.put([jsonBytes({ ...platformOfTarget(target), rootfs })], mediaTypes.config)
      const manifest = { schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers: blobs }
      return { target, ...await content.put([jsonBytes(manifest)], mediaTypes.manifest) }
    }))
    const { bytes, mediaType } = indexBytes(images, {})
    return content.put([bytes], mediaType)
  },
})

/** An image for several platforms that no compiler had a part in. */
export function toyImage({ version = '1.2.3', distro = 'alpine', isDefault = false, targets = ['linux/amd64', 'linux/arm64'], text = version }: ToyImage = {}): Step<Image> {
  return assemble({ version, distro, isDefault, targets, text })
}

import { task } from '../../lib/graph/task.ts'
import type { BaseImage, BaseName, Layer, PlatformImage } from '../../lib/values/image.ts'
import type { Json } from '../../lib/values/json.ts'
import type { Target } from '../../lib/values/target.ts'

export interface PlatformImageInput {
  readonly base: BaseImage
  readonly layers: readonly Layer[]
  /** `gateway:0.0.2-rc.1-alpine` */
  readonly name: string
  readonly target: Target
  readonly version: string
  /** The commit's time. */
  readonly date: string
  /** What containers of it get, as `ImageChange` has it. */
  readonly container: Json
  readonly annotations: Readonly<Record<string, string>>
  readonly stands: BaseName
  readonly level: number
  readonly zlib: string
}

/** Lays layers over a base, and reads the result as a container would: the program has to be there, and the user too. */
export const platformImage = task<PlatformImageInput, PlatformImage>({
  name: 'image manifest',
  revision: 2,
  slot: 'cpu',
  outline: ({ name, target, version }) => ({ kind: 'platform-image', name, target, version }),
  depends: ({ base, layers, ...input }) => ({ ...input, base: base.digest, layers: layers.map(({ digest }) => digest) }),
  work: async (input, { content }) => {
    const { assembleImage } = await import('../../lib/oci/assemble-image.ts')
    return assembleImage(input, content)
  },
})

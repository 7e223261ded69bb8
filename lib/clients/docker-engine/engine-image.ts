import type { ContainerConfig } from '../../oci/image-config.ts'

/** An image as the Engine tells of it. */
export interface EngineImage {
  /** The digest of its configuration; of its manifest or index where the Engine keeps images in containerd. */
  readonly id: string
  /** `example/gateway:1.2.3`. */
  readonly names: readonly string[]
  readonly os: string
  readonly architecture: string
  readonly variant?: string
  /** Digests of the layers without their compression. */
  readonly diffIds: readonly string[]
  /** How containers of it are run, in the words of the image's configuration. */
  readonly container: ContainerConfig
}

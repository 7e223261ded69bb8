import type { Digest } from './descriptor.ts'
import type { Target } from './target.ts'

/** An image of the release as a chart or a compose file names it. */
export interface ReleasedImage {
  /** `alpine` */
  readonly distro: string
  /** `ghcr.io/example/gateway` */
  readonly repository: string
  /** `0.0.2-alpine` */
  readonly tag: string
  readonly digest: Digest
  readonly platforms: readonly Target[]
}

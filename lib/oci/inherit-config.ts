import type { Digest } from '../values/descriptor.ts'
import { inheritContainer, type ContainerChange } from './inherit-container.ts'
import type { ContainerConfig, History, ImageConfig } from './image-config.ts'
import type { OciPlatform } from './oci-platform.ts'

/** What an image has that its base has not. */
export interface ConfigChange extends ContainerChange {
  readonly platform: OciPlatform
  /** The commit's time: `2026-11-21T08:51:00Z`. */
  readonly created: string
  readonly author?: string | undefined
  /** On top of the base's, from the lowest to the highest. */
  readonly layers: readonly AddedLayer[]
}

export interface AddedLayer {
  /** Of its uncompressed tar. */
  readonly diffId: Digest
  /** Shown by `docker history`. */
  readonly createdBy: string
}

/** What an image without a base starts from, as BuildKit has it for `FROM scratch`. */
const scratch: ContainerConfig = { Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'], WorkingDir: '/' }

/**
 * The configuration of an image built on a base, or on nothing, as `FROM` in a Dockerfile makes it; only that what labels say
 * of the base itself does not become a claim about the image: OCI image specification 1.1, "image configuration".
 * @throws ReleaseError (USAGE) for a port, a volume or a variable that cannot be one
 */
export function inheritConfig(base: ImageConfig | undefined, change: ConfigChange): ImageConfig {
  const { created, author, platform, layers } = change
  const { architecture, os, variant, 'os.version': version, 'os.features': features } = platform
  const added = layers.map(({ createdBy }) => ({ created, created_by: createdBy }))
  return {
    created, ...author !== undefined && { author },
    architecture, os, ...variant !== undefined && { variant },
    ...version !== undefined && { 'os.version': version }, ...features !== undefined && { 'os.features': features },
    config: inheritContainer(base ? base.config ?? {} : scratch, change),
    rootfs: { type: 'layers', diff_ids: [...base?.rootfs.diff_ids ?? [], ...layers.map(({ diffId }) => diffId)] },
    history: [...base ? historyOf(base) : [], ...added],
  }
}

/** Engines refuse a history that tells of more layers than there are, and others one that tells of fewer. */
function historyOf({ created, history, rootfs }: ImageConfig): readonly History[] {
  const told = (history ?? []).filter(entry => !entry.empty_layer).length
  const untold = { ...created !== undefined && { created }, comment: 'a layer of the base image' }
  const layers = rootfs.diff_ids.length
  if (told > layers) return rootfs.diff_ids.map(() => untold)
  return [...history ?? [], ...Array.from({ length: layers - told }, () => untold)]
}

import type { EngineImage } from '../../clients/docker-engine/engine-image.ts'
import type { OciDescriptor } from '../../oci/descriptor.ts'
import type { ContainerConfig, ImageConfig } from '../../oci/image-config.ts'
import { canonical } from '../../values/canonical.ts'

/** What an image was that an Engine was given. */
export interface GivenImage {
  readonly image: OciDescriptor
  readonly config: OciDescriptor
  readonly value: ImageConfig
}

/** What is compared of how containers are run; an Engine adds fields of its own. */
const fields = ['User', 'ExposedPorts', 'Env', 'Entrypoint', 'Cmd', 'Volumes', 'WorkingDir', 'Labels', 'StopSignal', 'Healthcheck'] as const

/**
 * Whether what an Engine has is the image that it was given. Its id is the digest of the configuration; an Engine that keeps
 * images in containerd has a manifest of its own, and there layers and settings are compared.
 */
export function isSameImage(found: EngineImage, { image, config, value }: GivenImage): boolean {
  if (found.id === config.digest || found.id === image.digest) return true
  const asked = value.config ?? {}
  return found.diffIds.join() === value.rootfs.diff_ids.join() && fields.every(field => said(found.container, field) === said(asked, field))
}

/** Engines write nothing as null, as an empty text, list or object, or not at all. */
function said(container: ContainerConfig, field: (typeof fields)[number]): string {
  const text = canonical(container[field] ?? null)
  return ['""', '[]', '{}'].includes(text) ? 'null' : text
}

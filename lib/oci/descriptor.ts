import type { Descriptor } from '../values/descriptor.ts'
import type { OciPlatform } from './oci-platform.ts'

/** A descriptor as manifests and indexes hold them: OCI image specification 1.1, "descriptor". */
export interface OciDescriptor extends Descriptor {
  readonly platform?: OciPlatform
  readonly artifactType?: string
  readonly annotations?: Readonly<Record<string, string>>
  readonly urls?: readonly string[]
  /** The bytes themselves, base64. */
  readonly data?: string
}

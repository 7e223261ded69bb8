import type { OciDescriptor } from './descriptor.ts'

/** OCI image specification 1.1, "image manifest"; Docker's schema 2 has the same form. */
export interface Manifest {
  readonly schemaVersion: 2
  readonly mediaType?: string
  readonly artifactType?: string
  readonly config: OciDescriptor
  readonly layers: readonly OciDescriptor[]
  readonly subject?: OciDescriptor
  readonly annotations?: Readonly<Record<string, string>>
}

/** OCI image specification 1.1, "image index"; Docker's manifest list has the same form. */
export interface Index {
  readonly schemaVersion: 2
  readonly mediaType?: string
  readonly artifactType?: string
  readonly manifests: readonly OciDescriptor[]
  readonly subject?: OciDescriptor
  readonly annotations?: Readonly<Record<string, string>>
}

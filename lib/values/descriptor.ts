export type Digest = `sha256:${string}`

/** What identifies bytes: media type, digest and size, as in the OCI image specification, "descriptor". */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: Digest
  /** Bytes. */
  readonly size: number
}

/** A platform as the OCI image specification 1.1 spells it in "image index". */
export interface OciPlatform {
  readonly os: string
  readonly architecture: string
  readonly variant?: string
  readonly 'os.version'?: string
  readonly 'os.features'?: readonly string[]
}

/** An Engine as it tells of itself. */
export interface EngineVersion {
  /** Of the Engine: `27.3.1`. */
  readonly version: string
  /** Of its interface: `1.47`. */
  readonly api: string
  readonly os: string
  readonly architecture: string
}

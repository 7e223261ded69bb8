import type { Artifact, OutlineOf } from './artifact.ts'

/** Where an artifact lies at a destination. Its digest is the artifact's. */
export interface Receipt extends Artifact<'receipt'> {
  readonly url: string
  readonly destination: string
  /** What lies there. */
  readonly of: OutlineOf<Artifact>
}

/** What a release is, as release.json says it. */
export interface ReleaseRecord extends Artifact<'record'> {
  /** Whether it was published at local destinations only. */
  readonly local: boolean
}

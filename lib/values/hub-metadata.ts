import type { Artifact } from './artifact.ts'

/**
 * What Artifact Hub is told of a repository of charts: artifacthub-repo.yml as an OCI artifact. Its bytes are the manifest, the
 * file stands beside it in the content store.
 */
export interface HubMetadata extends Artifact<'artifact-hub'> {
  /** The chart whose repository it lies in. */
  readonly chart: string
  /** `artifacthub.io` */
  readonly tag: string
}

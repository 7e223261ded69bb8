import type { Artifact } from './artifact.ts'

/** A folder that starts the project with `docker compose up`: its bytes are a list of files, as those of `Files`. */
export interface Demo extends Artifact<'demo'> {
  /** The folder that it is in a directory: `compose`. */
  readonly folder: string
  readonly version: string
}

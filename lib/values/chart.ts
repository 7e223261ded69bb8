import type { Artifact } from './artifact.ts'

/**
 * A packaged Helm chart as an OCI artifact: its bytes are the manifest, the configuration and the package stand beside it in the
 * content store. Its name is the package's file name, `gateway-0.0.2.tgz`.
 */
export interface Chart extends Artifact<'chart'> {
  /** What Chart.yaml calls it: `gateway`. */
  readonly chart: string
  /** What it is called in a registry: the version, with `_` for `+`. */
  readonly tag: string
  readonly version: string
}

/** A chart's package alone: `gateway-0.0.2.tgz`. */
export interface ChartPackage extends Artifact<'chart-package'> {
  readonly chart: string
  readonly version: string
}

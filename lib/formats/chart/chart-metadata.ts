/**
 * What Chart.yaml says, as helm understands it: what is empty there is absent here. Source: Helm's documentation, "The
 * Chart.yaml file", and its type chart.Metadata.
 */
export interface ChartMetadata {
  readonly apiVersion: 'v2'
  readonly name: string
  /** As it is written: semver once the release has written it. */
  readonly version: string
  readonly home?: string
  readonly sources?: readonly string[]
  readonly description?: string
  readonly keywords?: readonly string[]
  readonly maintainers?: readonly ChartMaintainer[]
  readonly icon?: string
  readonly condition?: string
  readonly tags?: string
  readonly appVersion?: string
  readonly deprecated?: true
  readonly annotations?: Readonly<Record<string, string>>
  readonly kubeVersion?: string
  readonly dependencies?: readonly ChartDependency[]
  readonly type?: 'application' | 'library'
}

export interface ChartMaintainer {
  readonly name?: string
  readonly email?: string
  readonly url?: string
}

/** A dependency as Chart.yaml and Chart.lock name it. */
export interface ChartDependency {
  readonly name: string
  /** In Chart.yaml a range as it is written, in Chart.lock one version. */
  readonly version?: string
  /** `oci://registry.example/charts`, `https://charts.example`, `file://../common`, `@alias`, or empty: it lies in charts/. */
  readonly repository: string
  readonly condition?: string
  readonly tags?: readonly string[]
  readonly enabled?: true
  /** Plain data. */
  readonly importValues?: readonly unknown[]
  readonly alias?: string
}

import type { ChartDependency, ChartMaintainer, ChartMetadata } from './chart-metadata.ts'
import { goJson, goMap, goStruct, goValue, type GoValue } from './go-json.ts'

/** The configuration of a chart in a registry: what Chart.yaml says as JSON, with the bytes that helm writes. */
export function chartConfig(metadata: ChartMetadata): Uint8Array {
  const { name, home, sources, version, description, keywords, maintainers, icon, apiVersion, condition, tags } = metadata
  const { appVersion, deprecated, annotations, kubeVersion, dependencies, type } = metadata
  // In the order of helm's chart.Metadata.
  const config = goStruct({
    name, home, sources, version, description, keywords, maintainers: maintainers?.map(maintainerValue), icon, apiVersion, condition, tags,
    appVersion, deprecated, annotations: annotations && goMap(annotations), kubeVersion, dependencies: dependencies?.map(dependencyValue), type,
  })
  return new TextEncoder().encode(goJson(config))
}

/** A dependency in the order of helm's chart.Dependency. */
export function dependencyValue({ name, version, repository, condition, tags, enabled, importValues, alias }: ChartDependency): GoValue {
  return goStruct({ name, version, repository, condition, tags, enabled, 'import-values': importValues?.map(goValue), alias })
}

function maintainerValue({ name, email, url }: ChartMaintainer): GoValue {
  return goStruct({ name, email, url })
}

import { chartError, type ChartFinding } from './finding.ts'
import { dependenciesOf, nameOf, type OpenChart } from './open-chart.ts'

/** Charts that are named and not there, there and not named, or named twice. */
export function lintDependencies(chart: OpenChart): readonly ChartFinding[] {
  const named = dependenciesOf(chart)
  const there = chart.subcharts.map(nameOf)
  const keys = named.map(({ name, alias }) => String(alias || name))
  const missing = named.filter(({ name }) => !there.includes(String(name))).map(({ name }) => String(name))
  const unnamed = there.filter(name => name !== '' && !named.some(one => one['name'] === name))
  const twice = keys.filter((key, index) => keys.indexOf(key) !== index)
  return [
    ...missing.map(name => chartError(`${chart.prefix}Chart.yaml`, `dependencies name ${name}, which is not in charts/`, {
      hint: 'Run helm dependency build, or let the release fetch it.',
    })),
    ...unnamed.map(name => chartError(`${chart.prefix}charts/${name}`, 'dependencies of Chart.yaml do not name it', {
      hint: 'Add it to the dependencies, or take it out.',
    })),
    ...twice.map(key => chartError(`${chart.prefix}Chart.yaml`, `dependencies have ${key} twice`, { hint: 'Give one of them an alias.' })),
  ]
}

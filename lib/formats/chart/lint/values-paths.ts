import { isMapping } from '../../mapping.ts'
import { chartError, type ChartFinding, chartWarning } from './finding.ts'
import { keysOf, type ReachedValue } from './reached-values.ts'
import type { OpenChart } from './open-chart.ts'
import type { ValuesPath } from './template-uses.ts'
import { readValues, type Values } from './values-yaml.ts'

/** Paths that the release writes and no template reads: what it writes there would change nothing. */
export function lintPins(pins: readonly ValuesPath[], reached: readonly ReachedValue[]): readonly ChartFinding[] {
  return pins.filter(pin => !reached.some(({ path, whole }) => reads(path, whole, pin))).map(pin =>
    chartError('values.yaml', `no template reads ${pin.join('.')}, which the release writes`, {
      hint: 'Use it in a template, or name the path that the templates use.',
    }))
}

/** Whether one who reads `path` sees a change of `pin`. */
function reads(path: ValuesPath, whole: boolean, pin: ValuesPath): boolean {
  const common = Math.min(path.length, pin.length)
  if (!path.slice(0, common).every((name, index) => name === '*' || name === pin[index])) return false
  return whole || path.length >= pin.length
}

/** Values that the chart's own templates read and that no values.yaml has, each where it is read first; not those whose absence is asked for. */
export function lintMissingValues(chart: OpenChart, values: Values | undefined, reached: readonly ReachedValue[]): readonly ChartFinding[] {
  const missing = new Map<string, ReachedValue>()
  const optional = new Set(reached.filter(({ whole }) => !whole).map(({ path }) => path.join('.')))
  for (const one of reached) {
    const name = one.path.join('.')
    if (one.own && !one.path.some((_, at) => optional.has(one.path.slice(0, at + 1).join('.'))) && !missing.has(name) && !isThere(one.path, values ?? {}, chart)) missing.set(name, one)
  }
  return [...missing].map(([name, { file, line }]) => chartWarning(file, `values.yaml has no ${name}`, {
    line, hint: 'Write it there with its default, so that readers find it.',
  }))
}

/** Below what is empty, a list or a text nothing can be told. */
function isThere(path: ValuesPath, values: Values, chart: OpenChart): boolean {
  const [first = '', ...rest] = path
  if (first === '' || first === '*' || first === 'global') return true
  const subchart = chart.subcharts.find(one => keysOf(chart, one).includes(first))
  if (subchart && (rest.length === 0 || isThere(rest, readValues(subchart).values ?? {}, subchart))) return true
  if (!Object.hasOwn(values, first)) return false
  const value = values[first]
  return !isMapping(value) || Object.keys(value).length === 0 || isThere(rest, value, { ...chart, subcharts: [] })
}

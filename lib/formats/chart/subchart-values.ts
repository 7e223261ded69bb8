import { parseYaml } from '../yaml.ts'
import type { ChartFile } from './chart-file.ts'
import { chartIdentity } from './chart-identity.ts'
import { unpackChart } from './unpack.ts'

/** The values of the charts that a chart depends on, each below the name that it has in the chart's own values. */
export async function subchartValues(files: readonly ChartFile[]): Promise<Readonly<Record<string, unknown>>> {
  const found = new Map((await subcharts(files)).map(chart => [chart.name, chart.values]))
  const dependencies = dependenciesOf(files)
  const named = dependencies.map(({ name, alias }) => [alias ?? name, found.get(name) ?? {}] as const)
  // Those that lie in charts/ without being named are used, too.
  const others = [...found].filter(([name]) => !dependencies.some(one => one.name === name))
  return Object.fromEntries([...others, ...named])
}

interface Dependency {
  readonly name: string
  readonly alias?: string
}

interface Subchart {
  readonly name: string
  readonly values: unknown
}

async function subcharts(files: readonly ChartFile[]): Promise<readonly Subchart[]> {
  const folders = new Map<string, ChartFile[]>()
  const packages: ChartFile[] = []
  for (const file of files) {
    const [, name = '', rest] = /^charts\/([^/]+)(?:\/(.+))?$/.exec(file.path) ?? []
    if (rest !== undefined) folders.set(name, [...folders.get(name) ?? [], { ...file, path: rest }])
    else if (name.endsWith('.tgz')) packages.push(file)
  }
  const unpacked = await Promise.all(packages.map(({ path, bytes }) => unpackChart(bytes, path)))
  return Promise.all([...folders.values(), ...unpacked].filter(one => textOf(one, 'Chart.yaml') !== undefined).map(valuesOf))
}

async function valuesOf(files: readonly ChartFile[]): Promise<Subchart> {
  const { name } = chartIdentity(new TextEncoder().encode(textOf(files, 'Chart.yaml')), 'Chart.yaml')
  const own = parseYaml(textOf(files, 'values.yaml') ?? '{}', `values.yaml of ${name}`)
  // What a subchart's own subcharts have is below it.
  return { name, values: { ...await subchartValues(files), ...typeof own === 'object' && own } }
}

/** Of somebody else's chart no more is asked than this needs. */
function dependenciesOf(files: readonly ChartFile[]): readonly Dependency[] {
  const { dependencies } = (parseYaml(textOf(files, 'Chart.yaml') ?? '{}', 'Chart.yaml') ?? {}) as { readonly dependencies?: unknown }
  return Array.isArray(dependencies) ? dependencies as readonly Dependency[] : []
}

function textOf(files: readonly ChartFile[], path: string): string | undefined {
  const found = files.find(file => file.path === path)
  return found && new TextDecoder().decode(found.bytes)
}

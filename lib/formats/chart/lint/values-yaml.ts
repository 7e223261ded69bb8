import { judgeBySchema, type SchemaProblem } from '../../json-schema.ts'
import { isMapping } from '../../mapping.ts'
import { chartError, type ChartFinding, chartWarning } from './finding.ts'
import type { OpenChart } from './open-chart.ts'
import { readYaml } from './read-yaml.ts'

export type Values = Readonly<Record<string, unknown>>

/** values.yaml as data; undefined where it is not there or cannot be read. */
export function readValues({ files, prefix }: OpenChart): { readonly values: Values | undefined, readonly findings: readonly ChartFinding[] } {
  const file = `${prefix}values.yaml`
  const text = files.get('values.yaml')
  if (text === undefined) return { values: undefined, findings: [] }
  const { value, findings } = readYaml(text, file)
  if (findings.length > 0) return { values: undefined, findings }
  if (isMapping(value) || value === null || value === undefined) return { values: value ?? {}, findings: [] }
  return { values: undefined, findings: [chartError(file, 'it holds no mapping of names to values')] }
}

/** What values.schema.json says of values.yaml. */
export async function lintSchema({ files, prefix }: OpenChart, values: Values | undefined): Promise<readonly ChartFinding[]> {
  const file = `${prefix}values.schema.json`
  const text = files.get('values.schema.json')
  if (text === undefined || text === '') return []
  const { schema, problem } = readJson(text)
  if (problem !== undefined) return [chartError(file, `it is no JSON: ${problem}`)]
  const verdict = await judgeBySchema(schema, values ?? {})
  if ('unfit' in verdict) return [chartError(file, verdict.unfit)]
  if ('elsewhere' in verdict) {
    return [chartWarning(file, `values.yaml is not checked against it, because it refers to ${verdict.elsewhere}`, { hint: 'Copy what it refers to into the schema.' })]
  }
  return verdict.problems.map(one => violation(`${prefix}values.yaml`, one, values ?? {}))
}

function readJson(text: string): { readonly schema?: unknown, readonly problem?: string } {
  try {
    return { schema: JSON.parse(text) as unknown }
  } catch (error) {
    return { problem: (error as Error).message }
  }
}

/** YAML 1.1, which Helm reads, takes these words for true or false; YAML 1.2 takes them for text. */
const oldFlags = /^(y|yes|on|n|no|off)$/i

function violation(file: string, { path, message }: SchemaProblem, values: Values): ChartFinding {
  const value = path.reduce<unknown>((inner, key) => (inner as Values | undefined)?.[key], values)
  const name = path.length === 0 ? 'it' : path.join('.')
  if (/^must be .*boolean/.test(message) && typeof value === 'string' && oldFlags.test(value)) {
    return chartWarning(file, `${name} is ${value}, which not every program takes for true or false`, { hint: 'Write true or false.' })
  }
  return chartError(file, `${name} is not what values.schema.json asks for: ${message}`)
}

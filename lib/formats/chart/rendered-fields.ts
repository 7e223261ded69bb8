import { labelValueProblem } from '../kubernetes-name-problem.ts'
import { isMapping } from '../mapping.ts'
import { chartError, type ChartFinding } from './lint/finding.ts'
import { type Mapping, objectText, type RenderedObject } from './rendered-object.ts'

/**
 * What a cluster refuses though Helm does not: numbers where text is asked for, labels that cannot be, a selector that selects
 * nothing of its own.
 */
export function checkFields(object: RenderedObject): readonly ChartFinding[] {
  const problems = [...textProblems(object.value, ''), ...dataProblems(object), ...selectorProblems(object)]
  return problems.map(({ path, why, hint }) => chartError(object.file, `${objectText(object)}: ${path} ${why}`, hint === undefined ? {} : { hint }))
}

interface FieldProblem {
  readonly path: string
  readonly why: string
  readonly hint?: string
}

const quoteIt = 'Pipe it through quote.'

/** Labels, annotations and variables anywhere in it: their values are text. */
function textProblems(value: unknown, path: string): readonly FieldProblem[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => textProblems(item, `${path}[${index}]`))
  if (!isMapping(value)) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const place = path === '' ? key : `${path}.${key}`
    if (/(^|\.)metadata\.(labels|annotations)$/.test(place)) return mapProblems(inner, place, key === 'labels')
    if (key === 'env' && Array.isArray(inner)) return inner.flatMap((one: unknown, index) => envProblems(one, `${place}[${index}].value`))
    return textProblems(inner, place)
  })
}

function mapProblems(map: unknown, path: string, labels: boolean): readonly FieldProblem[] {
  if (!isMapping(map)) return map === null || map === undefined ? [] : [{ path, why: 'is no mapping' }]
  return Object.entries(map).flatMap(([key, value]) => {
    const place = `${path}[${JSON.stringify(key)}]`
    if (value !== null && typeof value !== 'string') return [{ path: place, why: `is ${JSON.stringify(value)}, not text`, hint: quoteIt }]
    const why = labels && typeof value === 'string' ? labelValueProblem(value) : undefined
    return why === undefined ? [] : [{ path: place, why: `is ${JSON.stringify(value)}, which ${why}` }]
  })
}

function envProblems(variable: unknown, path: string): readonly FieldProblem[] {
  const value = isMapping(variable) ? variable['value'] : undefined
  if (value === undefined || value === null || typeof value === 'string') return []
  return [{ path, why: `is ${JSON.stringify(value)}, not text`, hint: quoteIt }]
}

/** The values of a config map and of a secret are text. */
function dataProblems({ apiVersion, kind, value }: RenderedObject): readonly FieldProblem[] {
  if (apiVersion !== 'v1' || !['ConfigMap', 'Secret'].includes(kind)) return []
  return ['data', 'stringData'].flatMap(field => field in value ? mapProblems(value[field], field, false) : [])
}

/** https://kubernetes.io/docs/concepts/workloads/controllers/deployment/, "Selector" */
function selectorProblems({ apiVersion, kind, value }: RenderedObject): readonly FieldProblem[] {
  if (apiVersion !== 'apps/v1' || !['DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'].includes(kind)) return []
  const spec = mappingAt(value, 'spec')
  const selector = mappingAt(spec, 'selector')
  const wanted = Object.entries(mappingAt(selector, 'matchLabels'))
  if (wanted.length === 0 && !Array.isArray(selector['matchExpressions'])) return [{ path: 'spec.selector', why: 'selects by no label' }]
  const labels = mappingAt(mappingAt(mappingAt(spec, 'template'), 'metadata'), 'labels')
  const lost = wanted.find(([key, one]) => labels[key] !== one)
  return lost === undefined ? [] : [{ path: `spec.selector.matchLabels[${JSON.stringify(lost[0])}]`, why: `is ${JSON.stringify(lost[1])}, which the labels of its template do not have` }]
}

function mappingAt(value: Mapping, key: string): Mapping {
  const inner = value[key]
  return isMapping(inner) ? inner : {}
}

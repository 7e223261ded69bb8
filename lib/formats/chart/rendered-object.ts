import { isMapping } from '../mapping.ts'
import { chartError, type ChartFinding } from './lint/finding.ts'
import { manifestDocuments } from './rendered-documents.ts'

export type Mapping = Readonly<Record<string, unknown>>

/** An object that a chart would create. */
export interface RenderedObject {
  readonly file: string
  readonly value: Mapping
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly namespace: string
  /** Whether Helm creates it apart from the release: https://helm.sh/docs/topics/charts_hooks/ */
  readonly hook: boolean
}

/** Every object that was rendered, those within lists by themselves, and what is no object. */
export function renderedObjects(rendered: string): { readonly objects: readonly RenderedObject[], readonly findings: readonly ChartFinding[] } {
  const objects: RenderedObject[] = []
  const findings: ChartFinding[] = []
  for (const { file, text, value, problem } of manifestDocuments(rendered, 'templates')) {
    if (problem) findings.push({ severity: 'error', file, message: `what is rendered is no YAML: ${problem.message}${nearBy(text, problem.line)}` })
    else if (isMapping(value)) objects.push(...objectsIn(file, value))
    else findings.push(chartError(file, 'what is rendered is no object', { hint: 'A manifest is a mapping with apiVersion, kind and metadata.' }))
  }
  return { objects, findings }
}

/** `Deployment gateway` */
export function objectText({ kind, name }: Pick<RenderedObject, 'kind' | 'name'>): string {
  return [kind || 'an object without a kind', name].filter(text => text !== '').join(' ')
}

/** The line that the parser stopped at; lines of what is rendered are not those of the template. */
function nearBy(text: string, line: number | undefined): string {
  const found = line === undefined ? '' : (text.split('\n')[line - 1] ?? '').trim()
  return found === '' ? '' : `, at \`${found.slice(0, 80)}\``
}

function objectsIn(file: string, value: Mapping): readonly RenderedObject[] {
  const items = value['kind'] === 'List' && Array.isArray(value['items']) ? value['items'].filter(isMapping) : undefined
  if (items) return items.flatMap(item => objectsIn(file, item))
  const metadata = isMapping(value['metadata']) ? value['metadata'] : {}
  const annotations = isMapping(metadata['annotations']) ? metadata['annotations'] : {}
  return [{
    file, value, apiVersion: textOf(value['apiVersion']), kind: textOf(value['kind']), name: textOf(metadata['name']),
    namespace: textOf(metadata['namespace']), hook: Object.hasOwn(annotations, 'helm.sh/hook'),
  }]
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return value === undefined || value === null ? '' : JSON.stringify(value)
}

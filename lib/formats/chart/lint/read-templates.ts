import { chartError, type ChartFinding } from './finding.ts'
import { eachChart, isLibrary, type OpenChart } from './open-chart.ts'
import { parseTemplate } from './parse-template.ts'
import { TemplateFault } from './template-fault.ts'
import type { TemplateBody } from './template-tree.ts'
import { type TemplateUses, templateUses } from './template-uses.ts'

/** What one template does, and where it stands. */
export interface ReadTemplate {
  readonly file: string
  readonly uses: TemplateUses
}

/** The templates of a chart and of all charts in it. */
export interface ReadTemplates {
  /** What is rendered by itself, chart by chart. */
  readonly rendered: ReadonlyMap<OpenChart, readonly ReadTemplate[]>
  /** What is defined, whichever chart defines it: Helm has one set of names for all. */
  readonly defined: ReadonlyMap<string, readonly ReadTemplate[]>
  readonly findings: readonly ChartFinding[]
}

interface ReadFile extends ReadTemplate {
  readonly chart: OpenChart
  /** Whether Helm renders it, or only takes what it defines. */
  readonly rendered: boolean
  readonly defined: readonly (readonly [name: string, template: ReadTemplate])[]
  readonly finding?: ChartFinding
}

export function readTemplates(root: OpenChart): ReadTemplates {
  const read = eachChart(root).flatMap(chart => templatesOf(chart).map(([path, text]) => readTemplate(chart, path, text)))
  return {
    rendered: grouped(read.flatMap(one => one.rendered ? [[one.chart, one] as const] : [])),
    defined: grouped(read.flatMap(one => one.defined)),
    findings: read.flatMap(({ finding }) => finding ?? []),
  }
}

function grouped<Key>(entries: readonly (readonly [key: Key, template: ReadTemplate])[]): ReadonlyMap<Key, readonly ReadTemplate[]> {
  const groups = new Map<Key, ReadTemplate[]>()
  for (const [key, template] of entries) groups.set(key, [...groups.get(key) ?? [], template])
  return groups
}

/** What a text that is rendered by `tpl` does; nothing where it is no template. */
export function usesOfText(text: string): TemplateUses | undefined {
  if (!text.includes('{{')) return undefined
  try {
    return templateUses(parseTemplate(text))
  } catch (error) {
    if (error instanceof TemplateFault) return undefined
    throw error
  }
}

/** Of a library Helm takes no files but those whose names start with `_`. */
function templatesOf(chart: OpenChart): readonly (readonly [path: string, text: string])[] {
  return [...chart.files].filter(([path]) => path.startsWith('templates/') && (!isLibrary(chart) || isPartial(path)))
}

function isPartial(path: string): boolean {
  return /(^|\/)_[^/]*$/.test(path)
}

function readTemplate(chart: OpenChart, path: string, text: string): ReadFile {
  const file = `${chart.prefix}${path}`
  const { body, finding } = parsed(text, file)
  const defined = body.flatMap(node => node.kind === 'define' ? [[node.name, { file, uses: templateUses(node.body) }] as const] : [])
  return { chart, file, uses: templateUses(body), rendered: !isPartial(path), defined: [...defined, ...within(body, file)], ...finding && { finding } }
}

/** A `block` may stand in other blocks. */
function within(body: TemplateBody, file: string): ReadFile['defined'] {
  return body.flatMap(node => {
    if (node.kind === 'output' || node.kind === 'template') return []
    const inner = node.kind === 'define' ? node.body : [...node.body, ...node.otherwise]
    return inner.flatMap(one => one.kind === 'define' ? [[one.name, { file, uses: templateUses(one.body) }] as const] : []).concat(within(inner, file))
  })
}

function parsed(text: string, file: string): { readonly body: TemplateBody, readonly finding?: ChartFinding } {
  try {
    return { body: parseTemplate(text) }
  } catch (error) {
    if (!(error instanceof TemplateFault)) throw error
    return { body: [], finding: chartError(file, error.message, { line: error.line }) }
  }
}

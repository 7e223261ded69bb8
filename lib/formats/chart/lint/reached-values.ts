import { dependenciesOf, isLibrary, nameOf, type OpenChart } from './open-chart.ts'
import { type ReadTemplate, type ReadTemplates, usesOfText } from './read-templates.ts'
import type { TemplateUses, ValuesPath } from './template-uses.ts'

/** A place in a template that reads a value, as the chart's own values.yaml names it. */
export interface ReachedValue {
  readonly path: ValuesPath
  readonly whole: boolean
  readonly file: string
  readonly line: number
  /** Whether the chart's own templates read it, not those of a chart in it. */
  readonly own: boolean
}

/** Every value that what is rendered reads, of a chart and of those in it, by its path in the outermost values. */
export function reachedValues(chart: OpenChart, templates: ReadTemplates, before: ValuesPath = []): readonly ReachedValue[] {
  const read = reachedTemplates(chart, templates).flatMap(({ file, uses }) =>
    uses.values.map(({ path, whole, line }) => ({ path: placed(path, before), whole, file, line, own: before.length === 0 && !file.startsWith('charts/') })))
  return [...read, ...switches(chart, before), ...chart.subcharts.flatMap(subchart =>
    keysOf(chart, subchart).flatMap(key => reachedValues(subchart, templates, [...before, key])))]
}

/** Where a chart's values stand in those of the chart around it: once for each name that it is taken in by. */
export function keysOf(chart: OpenChart, subchart: OpenChart): readonly string[] {
  const keys = dependenciesOf(chart).filter(({ name }) => name === nameOf(subchart)).map(({ name, alias }) => String(alias || name))
  return keys.length > 0 ? keys : [nameOf(subchart)]
}

function placed(path: ValuesPath, before: ValuesPath): ValuesPath {
  return path[0] === 'global' ? path : [...before, ...path]
}

/** What decides whether a dependency is there, and what is handed up from it. */
function switches(chart: OpenChart, before: ValuesPath): readonly ReachedValue[] {
  const file = `${chart.prefix}Chart.yaml`
  return dependenciesOf(chart).flatMap(({ name, alias, condition, tags, 'import-values': imported }) => {
    const conditions = typeof condition === 'string' ? condition.split(',').map(path => path.trim().split('.')) : []
    const tagged = Array.isArray(tags) ? tags.map(tag => ['tags', String(tag)]) : []
    const handed = Array.isArray(imported) && imported.length > 0 ? [[String(alias || name)]] : []
    return [...conditions, ...tagged, ...handed].map(path => ({ path: placed(path, before), whole: true, file, line: 1, own: false }))
  })
}

/** What is rendered, and every `define` that it comes to; all of them where a name is computed, and in a library. */
function reachedTemplates(chart: OpenChart, { rendered, defined }: ReadTemplates): readonly ReadTemplate[] {
  const reached = new Set<ReadTemplate>()
  const everything = [...defined.values()].flat()
  const visit = (template: ReadTemplate): void => {
    if (reached.has(template)) return
    reached.add(template)
    for (const { name } of template.uses.calls) for (const one of name === undefined ? everything : defined.get(name) ?? []) visit(one)
  }
  for (const template of isLibrary(chart) ? everything : rendered.get(chart) ?? []) visit(template)
  if ([...reached].some(({ uses }) => uses.rendersText)) for (const template of textsOf(chart)) visit(template)
  return [...reached]
}

/** What `tpl` may be given: texts of the values, and files of the chart. */
function textsOf({ files, prefix }: OpenChart): readonly ReadTemplate[] {
  return [...files].filter(([path]) => !/^(templates|crds)\//.test(path)).flatMap(([path, text]) =>
    actionsIn(text).map(uses => ({ file: `${prefix}${path}`, uses })))
}

/** Line by line where the whole is no template, since values hold many small ones. */
function actionsIn(text: string): readonly TemplateUses[] {
  const whole = usesOfText(text)
  return whole ? [whole] : text.split('\n').flatMap(line => usesOfText(line) ?? [])
}

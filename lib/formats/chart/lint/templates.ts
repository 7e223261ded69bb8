import { nearest } from '../../../values/nearest.ts'
import { chartError, type ChartFinding, chartWarning } from './finding.ts'
import { dependenciesOf, eachChart, nameOf, type OpenChart } from './open-chart.ts'
import type { ReadTemplate, ReadTemplates } from './read-templates.ts'
import { templateFunctions } from './template-functions.ts'

/** What is wrong with the files in templates/ as they stand, before anything is rendered. */
export function lintTemplates(root: OpenChart, templates: ReadTemplates): readonly ChartFinding[] {
  const all = [...templates.rendered.values(), ...templates.defined.values()].flat()
  return [
    ...lintFolder(root), ...[...root.files].flatMap(([path, text]) => path.startsWith('templates/') ? lintFile(path, text) : []),
    ...templates.findings, ...all.flatMap(lintWords), ...lintCalls(root, templates, all),
  ]
}

/** One that only takes others in, or defines kinds, needs none. */
function lintFolder({ files, subcharts, metadata }: OpenChart): readonly ChartFinding[] {
  if ([...files.keys()].some(path => /^(templates|crds)\//.test(path)) || subcharts.length > 0 || 'dependencies' in metadata) return []
  return [chartError('templates', 'there is no such folder', { hint: 'A chart without templates installs nothing.' })]
}

function lintFile(path: string, text: string): readonly ChartFinding[] {
  const [extension = ''] = /\.[^./]*$/.exec(path) ?? []
  return [
    ...['.yaml', '.yml', '.tpl', '.txt'].includes(extension) ? [] : [chartError(path, 'Helm takes only .yaml, .yml, .tpl and .txt in templates/', {
      hint: 'Move it beside templates/, where .Files.Get reads it.',
    })],
    ...lintText(path, text, /"?helm\.sh\/hook"?:\s+crd-install/, 'the hook crd-install went with Helm 2', 'Move the definition to crds/.'),
    ...lintText(path, text, /\.Release\.Time/, '.Release.Time went with Helm 2', 'Leave the time out: what is rendered should depend on the values alone.'),
  ]
}

function lintText(path: string, text: string, pattern: RegExp, message: string, hint: string): readonly ChartFinding[] {
  const { index } = pattern.exec(text) ?? {}
  return index === undefined ? [] : [chartError(path, message, { line: text.slice(0, index).split('\n').length, hint })]
}

/** A function may be one of a newer Helm, which rendering tells; a variable cannot. */
function lintWords({ file, uses }: ReadTemplate): readonly ChartFinding[] {
  return uses.unknown.map(({ word, line }) => {
    if (word.startsWith('$')) return chartError(file, `the variable ${word} is not there`, { line, hint: `Declare it with ${word} := before, in the same block or around it.` })
    const meant = nearest(word, [...templateFunctions])
    return chartWarning(file, `${word} is no function of Helm 3 or 4`, { line, ...meant !== undefined && { hint: `Did you mean ${meant}?` } })
  })
}

/** Names that no file defines; left alone where a dependency that might is not there. */
function lintCalls(root: OpenChart, { defined, rendered }: ReadTemplates, all: readonly ReadTemplate[]): readonly ChartFinding[] {
  const complete = eachChart(root).every(chart => dependenciesOf(chart).every(({ name }) => chart.subcharts.some(one => nameOf(one) === name)))
  if (!complete) return []
  const files = new Set([...rendered.values()].flat().map(({ file }) => file))
  const known = (name: string, file: string): boolean => defined.has(name) || files.has(`${prefixOf(file)}${name}`) || isPathOf(name, root, files)
  return all.flatMap(({ file, uses }) => uses.calls.flatMap(({ name, line }) => {
    if (name === undefined || known(name, file)) return []
    const meant = nearest(name, [...defined.keys()])
    return [chartError(file, `no template defines ${JSON.stringify(name)}`, { line, hint: meant === undefined ? 'Define it, or take out what includes it.' : `Did you mean ${meant}?` })]
  }))
}

function prefixOf(file: string): string {
  return file.slice(0, file.lastIndexOf('templates/'))
}

/** Every file is a template too, by its path from the chart's name on. */
function isPathOf(name: string, root: OpenChart, files: ReadonlySet<string>): boolean {
  const before = `${nameOf(root)}/`
  return name.startsWith(before) && files.has(name.slice(before.length))
}


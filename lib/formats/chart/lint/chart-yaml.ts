import { nearest } from '../../../values/nearest.ts'
import { isMapping } from '../../mapping.ts'
import { chartError, type ChartFinding, chartWarning } from './finding.ts'
import type { Metadata, OpenChart } from './open-chart.ts'

/** What a field of Chart.yaml holds. */
type Shape = 'text' | 'texts' | 'flag' | 'texts by name' | 'list'

/** Source: https://helm.sh/docs/topics/charts/, "The Chart.yaml File"; condition and tags are in Helm's own structure too. */
const fields: Readonly<Record<string, Shape>> = {
  apiVersion: 'text', name: 'text', version: 'text', kubeVersion: 'text', description: 'text', type: 'text', keywords: 'texts',
  home: 'text', sources: 'texts', dependencies: 'list', maintainers: 'list', icon: 'text', appVersion: 'text', deprecated: 'flag',
  annotations: 'texts by name', condition: 'text', tags: 'text',
}

const dependencyFields: Readonly<Record<string, Shape>> = {
  name: 'text', version: 'text', repository: 'text', condition: 'text', tags: 'texts', enabled: 'flag', 'import-values': 'list', alias: 'text',
}

const maintainerFields: Readonly<Record<string, Shape>> = { name: 'text', email: 'text', url: 'text' }

const file = 'Chart.yaml'

/** https://semver.org, section 2, 9 and 10. */
const semver = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(0|[1-9]\d*|\d*[a-z-][\da-z-]*)(\.(0|[1-9]\d*|\d*[a-z-][\da-z-]*))*)?(\+[\da-z-]+(\.[\da-z-]+)*)?$/i

/**
 * What is wrong with Chart.yaml.
 * @param name what the release calls the chart, where it does
 */
export function lintChartYaml({ metadata, files }: OpenChart, name: string | undefined): readonly ChartFinding[] {
  const text = files.get(file)
  if (text === undefined || Object.keys(metadata).length === 0) return []
  return [
    ...lintFields(metadata, fields, ''),
    ...lintName(metadata, name), ...lintApiVersion(metadata), ...lintVersion(metadata), ...lintType(metadata), ...lintUrls(metadata),
    ...lintMaintainers(metadata), ...lintDependencyFields(metadata, files.has('requirements.yaml')),
  ].map(finding => ({ ...finding, ...lineOf(text, finding) }))
}

/** The line of the field that the finding's message begins with. */
function lineOf(text: string, { message }: ChartFinding): Pick<ChartFinding, 'line'> {
  const [field = ''] = /^\w+/.exec(message) ?? []
  const at = text.split('\n').findIndex(line => line.startsWith(`${field}:`))
  return at < 0 ? {} : { line: at + 1 }
}

function lintFields(values: Metadata, known: Readonly<Record<string, Shape>>, before: string): readonly ChartFinding[] {
  return Object.entries(values).flatMap(([field, value]) => {
    const shape = known[field]
    if (shape === undefined) return [unknownField(field, known, before)]
    const why = value === null ? undefined : misshapen(value, shape)
    return why === undefined ? [] : [chartError(file, `${before}${field} ${why}`, { hint: 'Write it in quotes where it is text.' })]
  })
}

function unknownField(field: string, known: Readonly<Record<string, Shape>>, before: string): ChartFinding {
  const meant = nearest(field, Object.keys(known))
  const hint = meant === undefined ? 'Take it out; Helm keeps what is your own in annotations.' : `Did you mean ${meant}?`
  return chartError(file, `${before}${field} is no field of Chart.yaml`, { hint })
}

function misshapen(value: unknown, shape: Shape): string | undefined {
  switch (shape) {
    case 'text': return typeof value === 'string' ? undefined : `should be text but is ${kindOf(value)}`
    case 'flag': return typeof value === 'boolean' ? undefined : `should be true or false but is ${kindOf(value)}`
    case 'list': return Array.isArray(value) ? undefined : `should be a list but is ${kindOf(value)}`
    case 'texts': return Array.isArray(value) && value.every(isText) ? undefined : 'should be a list of texts'
    case 'texts by name': {
      if (!isMapping(value)) return `should be a mapping but is ${kindOf(value)}`
      const wrong = Object.entries(value).find(([, one]) => !isText(one))
      return wrong && `has ${JSON.stringify(wrong[0])}, which should be text but is ${kindOf(wrong[1])}`
    }
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function kindOf(value: unknown): string {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  return isMapping(value) ? 'a mapping' : `the ${typeof value} ${JSON.stringify(value)}`
}

function lintName({ name }: Metadata, expected: string | undefined): readonly ChartFinding[] {
  if (name === undefined || name === null || name === '') return [chartError(file, 'name is missing')]
  if (!isText(name)) return []
  const hint = 'Use a-z, 0-9 and - only, with a letter or digit at both ends: it is part of the names of repositories and of objects in a cluster.'
  if (!/^[a-z\d]([a-z\d-]*[a-z\d])?$/.test(name)) return [chartError(file, `name ${JSON.stringify(name)} cannot be used`, { hint })]
  if (name.length > 53) return [chartError(file, `name has ${name.length} characters, more than the 53 of a release's name`)]
  if (expected === undefined || name === expected) return []
  return [chartError(file, `name is ${name}, but the release calls the chart ${expected}`, { hint: 'Write one name in both places.' })]
}

function lintApiVersion({ apiVersion }: Metadata): readonly ChartFinding[] {
  if (apiVersion === 'v2') return []
  if (apiVersion === 'v1') return [chartWarning(file, 'apiVersion v1 is that of Helm 2', { hint: 'Write v2.' })]
  return [chartError(file, apiVersion === undefined ? 'apiVersion is missing' : `apiVersion ${JSON.stringify(apiVersion)} is not v2`, { hint: 'Write apiVersion: v2.' })]
}

function lintVersion({ version }: Metadata): readonly ChartFinding[] {
  if (version === undefined || version === null || version === '') return [chartError(file, 'version is missing')]
  if (!isText(version)) return []
  const hint = 'Write three numbers such as 1.2.3, without a v before them.'
  if (!semver.test(version)) return [chartError(file, `version ${JSON.stringify(version)} is no semantic version`, { hint })]
  return version.startsWith('0.0.0-0+') || version === '0.0.0-0' ? [chartError(file, `version ${version} is the lowest there is, and Helm takes only higher ones`)] : []
}

function lintType({ type, apiVersion }: Metadata): readonly ChartFinding[] {
  if (!isText(type) || type === '') return []
  if (apiVersion === 'v1') return [chartError(file, 'type is not for apiVersion v1', { hint: 'Write apiVersion: v2.' })]
  return ['application', 'library'].includes(type) ? [] : [chartError(file, `type ${JSON.stringify(type)} is neither application nor library`)]
}

function lintUrls({ sources, icon, home }: Metadata): readonly ChartFinding[] {
  const named: readonly (readonly [string, unknown])[] = [
    ...Array.isArray(sources) ? sources.map(source => ['sources', source] as const) : [], ['icon', icon || undefined], ['home', home || undefined],
  ]
  return named.flatMap(([field, url]) => {
    const fine = !isText(url) || (/^[a-z][a-z\d+.-]*:\S+$/i.test(url) && URL.canParse(url))
    if (fine) return []
    const say = field === 'home' ? chartWarning : chartError
    return [say(file, `${field} has ${JSON.stringify(url)}, which is no URL`, { hint: 'Write the whole URL, with https:// before it.' })]
  })
}

function lintMaintainers({ maintainers }: Metadata): readonly ChartFinding[] {
  if (!Array.isArray(maintainers)) return []
  return maintainers.flatMap((maintainer: unknown, index) => {
    const which = `maintainers[${index}]`
    if (!isMapping(maintainer)) return [chartError(file, `${which} is no mapping with a name`)]
    const { name, email, url } = maintainer
    return [
      ...lintFields(maintainer, maintainerFields, `${which}.`),
      ...name === undefined || name === null || name === '' ? [chartError(file, `${which} has no name`)] : [],
      ...isText(email) && email !== '' && !/^[^\s@<>]+@[^\s@<>.]+(\.[^\s@<>.]+)+$/.test(email) ? [chartError(file, `${which}.email ${JSON.stringify(email)} is no address`)] : [],
      ...isText(url) && url !== '' && !isWebAddress(url) ? [chartError(file, `${which}.url ${JSON.stringify(url)} is no URL`)] : [],
    ]
  })
}

function isWebAddress(url: string): boolean {
  const whole = /^[a-z][a-z\d+.-]*:\/\//i.test(url) ? url : `https://${url}`
  return !/\s/.test(url) && URL.canParse(whole) && /^(localhost|\[.+\]|.+\.[^.]+)$/.test(new URL(whole).hostname)
}

/** @param apart whether they stand in a file of their own */
function lintDependencyFields({ dependencies, apiVersion }: Metadata, apart: boolean): readonly ChartFinding[] {
  if (!Array.isArray(dependencies)) return []
  const misplaced = apiVersion === 'v1' && !apart && dependencies.length > 0
  return [
    ...misplaced ? [chartError(file, 'dependencies are not for apiVersion v1', { hint: 'Write apiVersion: v2.' })] : [],
    ...dependencies.flatMap((dependency: unknown, index) => lintDependency(dependency, `dependencies[${index}]`)),
  ]
}

function lintDependency(dependency: unknown, which: string): readonly ChartFinding[] {
  if (!isMapping(dependency)) return [chartError(file, `${which} is no mapping with a name`)]
  const { name, alias } = dependency
  return [
    ...lintFields(dependency, dependencyFields, `${which}.`),
    ...isText(name) && name !== '' ? [] : [chartError(file, `${which} has no name`)],
    ...isText(alias) && !/^[\w-]*$/.test(alias) ? [chartError(file, `${which}.alias ${JSON.stringify(alias)} has other characters than letters, digits, _ and -`)] : [],
  ]
}

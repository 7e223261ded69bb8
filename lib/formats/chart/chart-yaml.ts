import { ReleaseError } from '../../values/errors.ts'
import { nearest } from '../../values/nearest.ts'
import { parseYaml } from '../yaml.ts'
import type { ChartDependency, ChartMetadata } from './chart-metadata.ts'
import { yamlFields, type Refuse, type YamlFields } from './yaml-fields.ts'

export interface ChartMetadataOptions {
  /** Refuses a version that is no semver: it is one once the release has written it. */
  readonly released?: boolean
}

/** What a registry takes as the last part of a repository's name: OCI distribution specification 1.1, "Pulling manifests". */
const nameForm = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/

/** https://semver.org, "Is there a suggested regular expression to check a SemVer string?" */
const semverForm = /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$/

/** helm's limit for a new chart's name. */
const longestName = 250

const chartFields = [
  'name', 'home', 'sources', 'version', 'description', 'keywords', 'maintainers', 'icon', 'apiVersion', 'condition', 'tags', 'appVersion',
  'deprecated', 'annotations', 'kubeVersion', 'dependencies', 'type',
]

const dependencyFields = ['name', 'version', 'repository', 'condition', 'tags', 'enabled', 'import-values', 'alias']

/**
 * Reads a Chart.yaml as helm does, and refuses what helm refuses. Fields that helm does not know are passed over.
 * @param file what errors call it
 * @throws ReleaseError (FILES, NAME)
 */
export function chartMetadata(text: string, file: string, { released = false }: ChartMetadataOptions = {}): ChartMetadata {
  const refuse: Refuse = (why, hint = `Correct ${file}.`) => new ReleaseError(`Cannot use ${file}: ${why}`, { code: 'FILES', hint })
  const read = yamlFields({ value: parsed(text, file, refuse), text, refuse }, chartFields)
  refuseApiVersion(read, refuse)
  const name = nameOf(read, file, refuse)
  const version = read.scalar('version')
  if (version === undefined) throw refuse('it has no version', 'Write version: 0.0.0; the release replaces it.')
  if (released && !semverForm.test(version)) throw refuse(`its version ${version} is no semantic version`)
  const type = read.text('type')
  if (type !== undefined && type !== 'application' && type !== 'library') throw refuse(`its type ${type} is neither application nor library`, didYouMean(type, ['application', 'library']))
  const maintainers = read.each('maintainers', ['name', 'email', 'url'], one => present({ name: one.text('name'), email: one.text('email'), url: one.text('url') }))
  const dependencies = chartDependencyFields(read, refuse)
  return {
    apiVersion: 'v2', name, version,
    ...present({
      home: read.text('home'), sources: read.texts('sources'), description: read.text('description'), keywords: read.texts('keywords'),
      maintainers, icon: read.text('icon'), condition: read.text('condition'), tags: read.text('tags'), appVersion: released ? read.text('appVersion') : read.scalar('appVersion'),
      deprecated: read.flag('deprecated'), annotations: read.map('annotations'), kubeVersion: read.text('kubeVersion'), dependencies, type,
    }),
  }
}

/** The dependencies that a Chart.yaml or a Chart.lock names; refuses two that would have one name, unless it may stand twice. */
export function chartDependencyFields(read: YamlFields, refuse: Refuse, names: 'once' | 'twice' = 'once'): readonly ChartDependency[] | undefined {
  const dependencies = read.each('dependencies', dependencyFields, (one, at): ChartDependency => {
    const name = one.text('name')
    if (name === undefined) throw refuse(`${at} has no name`)
    if (/[/\\]/.test(name) || name.startsWith('.')) throw refuse(`${at} has a name that is no chart's: ${name}`)
    const alias = one.text('alias')
    if (alias !== undefined && !/^[a-zA-Z0-9_-]+$/.test(alias)) throw refuse(`${at} has an alias with other characters than letters, digits, - and _: ${alias}`)
    return {
      name, repository: one.text('repository') ?? '',
      ...present({
        version: one.text('version'), condition: one.text('condition'), tags: one.texts('tags'), enabled: one.flag('enabled'),
        importValues: one.list('import-values'), alias,
      }),
    }
  })
  const called = (dependencies ?? []).map(({ name, alias }) => alias ?? name)
  const twice = called.find((name, index) => called.indexOf(name) !== index)
  if (twice !== undefined && names === 'once') throw refuse(`two dependencies are called ${twice}`, 'Give one of them an alias.')
  return dependencies
}

/** What `${{ }}` and the like make of YAML is told in its own words. */
function parsed(text: string, file: string, refuse: Refuse): unknown {
  const [, field, template] = /^(version|appVersion):[ \t]*(\{\{.*|@.*)$/m.exec(text) ?? []
  if (field !== undefined) {
    throw refuse(`its ${field} is a template: ${template?.trim()}`, `Write ${field}: 0.0.0; the release replaces it.`)
  }
  const at = text.search(/[\u0085\u2028\u2029]/)
  if (at !== -1) throw refuse(`line ${text.slice(0, at).split('\n').length} has a line separator of Unicode, which ends a line in helm alone`, 'Take it out, or write it as an escape in double quotes.')
  return parseYaml(text, file)
}

function refuseApiVersion(read: YamlFields, refuse: Refuse): void {
  const apiVersion = read.text('apiVersion')
  if (apiVersion === 'v2') return
  throw refuse(apiVersion === undefined ? 'it has no apiVersion' : `its apiVersion is ${apiVersion}, not v2`,
    apiVersion === 'v1' ? 'Write apiVersion: v2, and move what requirements.yaml has to dependencies.' : 'Write apiVersion: v2.')
}

function nameOf(read: YamlFields, file: string, refuse: Refuse): string {
  const name = read.text('name')
  if (name === undefined) throw refuse('it has no name')
  if (nameForm.test(name) && name.length <= longestName) return name
  throw new ReleaseError(`Cannot use the chart's name ${JSON.stringify(name)} of ${file}: ${name.length > longestName ? `it has more than ${longestName} characters` : 'no registry takes it'}`, {
    code: 'NAME', hint: 'Use lower-case letters and digits, with single dashes between them.',
  })
}

function didYouMean(word: string, words: readonly string[]): string {
  const meant = nearest(word, words)
  return meant === undefined ? `Write ${words.join(' or ')}.` : `Did you mean ${meant}?`
}

/** Without what is undefined. */
function present<T extends object>(fields: T): { readonly [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { readonly [K in keyof T]?: Exclude<T[K], undefined> }
}

import { ReleaseError } from '../../values/errors.ts'
import { parseYaml } from '../yaml.ts'

/** A version of a chart that an index lists; what helm passes over has no version. */
export interface ListedVersion {
  readonly version?: string
  /** Of the package, in hexadecimal. */
  readonly digest?: string
}

/** An index of a classic chart repository. */
export interface ChartIndex {
  /** Everything in it. */
  readonly value: Readonly<Record<string, unknown>>
  readonly entries: Readonly<Record<string, readonly unknown[]>>
}

/**
 * Reads an index.yaml as far as helm needs it: https://helm.sh/docs/topics/chart_repository, "The index file".
 * @param file what errors call it
 * @throws ReleaseError (FILES) where helm could not read it, and where it is JSON
 */
export function readIndex(text: string, file: string): ChartIndex {
  if (text.trim() === '') throw unusable(file, 'it is empty', 'Remove the file: it is made anew then.')
  if (/^\ufeff?\s*\{/.test(text)) throw unusable(file, 'it is JSON', 'Have helm write it as YAML: helm repo index.')
  const value = parseYaml(text, file)
  if (!isMapping(value)) throw unusable(file, 'it is no mapping', whole)
  if (typeof value['apiVersion'] !== 'string') throw unusable(file, 'it has no apiVersion', whole)
  const { entries } = value
  if (Array.isArray(entries)) throw unusable(file, 'its entries are a list, not a mapping of charts', whole)
  if (!('entries' in value)) throw unusable(file, 'it has no entries', whole)
  if (entries !== null && !isMapping(entries)) throw unusable(file, 'its entries are no mapping of charts', whole)
  const lists = Object.entries(entries ?? {}).map(([name, list]) => {
    if (list !== null && !Array.isArray(list)) throw unusable(file, `its entry ${name} is no list of versions`, whole)
    return [name, list ?? []] as const
  })
  return { value, entries: Object.fromEntries(lists) }
}

const whole = 'Correct the file, or have helm write it: helm repo index.'

/** What an item of a chart's list says. */
export function listedVersion(item: unknown): ListedVersion {
  if (!isMapping(item)) return {}
  const { version, digest } = item
  return {
    ...typeof version === 'string' && { version },
    ...typeof digest === 'string' && { digest: digest.replace(/^sha256:/, '') },
  }
}

/** Two spellings of one version: a leading `v` says nothing. */
export function isVersion({ version }: ListedVersion, wanted: string): boolean {
  return version !== undefined && version.replace(/^v/, '') === wanted.replace(/^v/, '')
}

export function unusable(file: string, why: string, hint: string): ReleaseError {
  return new ReleaseError(`Cannot use ${file} as the index of a chart repository: ${why}`, { code: 'FILES', hint })
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

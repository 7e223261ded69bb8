import { posix } from 'node:path'
import { ReleaseError } from '../../values/errors.ts'
import { parseYaml } from '../yaml.ts'

/** A version of a chart in a classic repository. */
export interface RepositoryEntry {
  /** Where its package is, absolute. */
  readonly url: string
  /** Of the package, in hexadecimal, where the index says it. */
  readonly digest?: string
}

export interface RepositoryQuestion {
  /** The repository's own URL. */
  readonly repository: string
  readonly name: string
  readonly version: string
}

/**
 * Looks a chart's version up in the index of a classic repository: https://helm.sh/docs/topics/chart_repository, "The index
 * file". Only what it says of this chart is read: indexes have tens of megabytes.
 * @throws ReleaseError (REGISTRY) where it has none, or is no index
 */
export function findInIndex(text: string, { repository, name, version }: RepositoryQuestion): RepositoryEntry {
  const index = `the index of ${repository}`
  const refuse = (why: string, hint = 'Check the repository and the version in Chart.yaml: helm dependency update'): ReleaseError =>
    new ReleaseError(`Cannot find the chart ${name} ${version} in ${repository}: ${why}`, { code: 'REGISTRY', hint })
  if (/^\s*</.test(text)) throw refuse('what it has as index.yaml is an HTML page')
  const versions = versionsOf(text, name, index)
  if (!Array.isArray(versions) || versions.length === 0) throw refuse('its index has no such chart')
  const found = (versions as readonly unknown[]).find(one => isRecord(one) && sameVersion(one['version'], version))
  if (!isRecord(found)) throw refuse('its index has no such version')
  const { urls, digest } = found
  const [url] = Array.isArray(urls) ? urls as readonly unknown[] : []
  if (typeof url !== 'string' || url === '') throw refuse('its index names no URL for it')
  return { url: absolute(url, repository, refuse), ...typeof digest === 'string' && digest !== '' && { digest: digest.replace(/^sha256:/, '') } }
}

function versionsOf(text: string, name: string, index: string): unknown {
  const block = /^\s*\{/.test(text) ? undefined : blockOf(text, name)
  const value = block === undefined ? parsed(text, index) : parseYaml(`entries:\n${block}`, index)
  const entries = isRecord(value) ? value['entries'] : undefined
  return isRecord(entries) && Object.hasOwn(entries, name) ? entries[name] : undefined
}

function parsed(text: string, index: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return parseYaml(text, index)
  }
}

/** The lines of one chart, where the index has the form that helm and its like write. */
function blockOf(text: string, name: string): string | undefined {
  const entries = /^entries:[ \t]*\r?\n(?= )/m.exec(text)
  if (!entries) return undefined
  const from = entries.index + entries[0].length
  const [indent = ''] = /^ +/.exec(text.slice(from, from + 100)) ?? []
  const key = new RegExp(`^${indent}(?:${literal(name)}|"${literal(name)}"|'${literal(name)}'):[ \\t]*\\r?\\n`, 'm')
  const start = key.exec(text.slice(from))
  if (!start) return undefined
  const rest = text.slice(from + start.index + start[0].length)
  const end = new RegExp(`^(?! {${indent.length + 1}}|${indent}-[ \\r\\n]|[ \\t]*\\r?$)`, 'm').exec(rest)
  return start[0] + rest.slice(0, end?.index)
}

/** As helm does: below the repository, also where it begins with a slash. */
function absolute(url: string, repository: string, refuse: (why: string, hint?: string) => ReleaseError): string {
  if (/^[a-z][a-z\d+.-]*:/i.test(url)) return url
  if (!URL.canParse(repository)) throw refuse(`${repository} is no URL`)
  const base = new URL(repository)
  base.pathname = posix.join(base.pathname, url)
  return base.href
}

function sameVersion(found: unknown, wanted: string): boolean {
  return typeof found === 'string' && found.replace(/^v/, '') === wanted.replace(/^v/, '')
}

function literal(name: string): string {
  return name.replace(/[.+]/g, '\\$&')
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

import { ReleaseError } from '../../values/errors.ts'
import type { Json } from '../../values/json.ts'
import { nearest } from '../../values/nearest.ts'
import { yamlText } from '../yaml-text.ts'

/** What Artifact Hub is told of a repository: https://github.com/artifacthub/hub/blob/master/docs/metadata/artifacthub-repo.yml. */
export interface HubRepository {
  /** What Artifact Hub calls the repository, a UUID: with it the publisher is verified. */
  readonly repositoryID?: string
  /** Who may claim the repository there. */
  readonly owners?: readonly HubOwner[]
  /** What is not to be listed. */
  readonly ignore?: readonly HubIgnored[]
}

export interface HubOwner {
  readonly name: string
  /** The address of an account on Artifact Hub. */
  readonly email: string
}

export interface HubIgnored {
  /** A package's name, exactly. */
  readonly name: string
  /** A regular expression as Go has them (RE2); every version where it is absent. */
  readonly version?: string
}

/** What the file is called. */
export const hubRepositoryFile = 'artifacthub-repo.yml'

/** The text of artifacthub-repo.yml. @throws ReleaseError (USAGE) for what Artifact Hub would refuse, or would pass over */
export function hubRepositoryText(repository: HubRepository): string {
  const { repositoryID, owners, ignore } = repository
  const [problem] = problemsIn({ repositoryID, owners, ignore })
  if (problem !== undefined) throw refused(hubRepositoryFile, problem, 'USAGE')
  return yamlText({
    ...repositoryID !== undefined && { repositoryID },
    ...owners && owners.length > 0 && { owners: owners.map(({ name, email }) => ({ name, email })) },
    ...ignore && ignore.length > 0 && { ignore: ignore.map(({ name, version }): Json => ({ name, version })) },
  })
}

/**
 * Refuses what an artifacthub-repo.yml says where it would do nothing, or not what it was written for.
 * @param value what was read of it
 * @param file what errors call it
 * @throws ReleaseError (FILES)
 */
export function checkHubRepository(value: unknown, file: string): void {
  if (!isMapping(value)) throw refused(file, ['it is no mapping', `Write what ${hubRepositoryFile} holds: ${known.join(', ')}.`], 'FILES')
  const [problem] = problemsIn(value)
  if (problem !== undefined) throw refused(file, problem, 'FILES')
}

type Found = readonly [why: string, hint: string]

const known = ['repositoryID', 'owners', 'ignore']

function problemsIn(value: Readonly<Record<string, unknown>>): readonly Found[] {
  const { repositoryID, owners, ignore } = value
  return [
    ...unknownIn(value, known, 'it'),
    ...known.every(name => isEmpty(value[name])) ? [['it says nothing', `Give it one of ${known.join(', ')}.`] as const] : [],
    ...isEmpty(repositoryID) || isUuid(repositoryID) ? [] : [[`its repositoryID is ${JSON.stringify(repositoryID)}, which is no UUID`, 'Copy it from the repository\'s card in the control panel of Artifact Hub.'] as const],
    ...listOf(owners, 'owners', (owner, at) => [
      ...unknownIn(owner, ['name', 'email'], at),
      ...isText(owner['name']) ? [] : [[`${at} has no name`, 'Write one.'] as const],
      ...isText(owner['email']) && /^[^\s@]+@[^\s@]+$/.test(owner['email']) ? [] : [[`${at} has no email address`, 'Write that of an account on Artifact Hub.'] as const],
    ]),
    ...listOf(ignore, 'ignore', (ignored, at) => [
      ...unknownIn(ignored, ['name', 'version'], at),
      ...isText(ignored['name']) ? [] : [[`${at} has no name`, 'Write the name of a package.'] as const],
      ...ignored['version'] === undefined ? [] : versionProblems(ignored['version'], at),
    ]),
  ]
}

function listOf(value: unknown, name: string, each: (item: Readonly<Record<string, unknown>>, at: string) => readonly Found[]): readonly Found[] {
  if (isEmpty(value)) return []
  if (!Array.isArray(value)) return [[`its ${name} is no list`, `Write a list: ${name}: [{ name: ... }].`]]
  return value.flatMap((item: unknown, index) => {
    const at = `item ${index + 1} of ${name}`
    return isMapping(item) ? each(item, at) : [[`${at} is no mapping`, 'Write name: and what belongs to it.'] as const]
  })
}

function unknownIn(value: Readonly<Record<string, unknown>>, fields: readonly string[], where: string): readonly Found[] {
  const other = Object.keys(value).find(name => !fields.includes(name))
  if (other === undefined) return []
  const meant = nearest(other, fields)
  return [[`${where} has the field ${other}, which Artifact Hub does not know`, meant === undefined ? `It knows ${fields.join(', ')}.` : `Did you mean ${meant}?`]]
}

/** What RE2 has no form for, though other engines have: https://github.com/google/re2/wiki/Syntax. */
const beyond = /\\[1-9]|\\k<|\(\?<?[=!]|\(\?>|\(\?#|[*+?}]\+/

/** Forms that RE2 has and JavaScript does not: flags, and Python's way of naming groups. */
const ours = (expression: string): string => expression.replaceAll('(?P<', '(?<').replaceAll(/\(\?[imsU-]+([:)])/g, (_, end: string) => end === ':' ? '(?:' : '')

function versionProblems(version: unknown, at: string): readonly Found[] {
  if (!isText(version)) return [[`the version of ${at} is no text`, 'Write a regular expression in quotes.']]
  const escaped = version.replaceAll('\\\\', '')
  const why = beyond.test(escaped) || [...version.matchAll(/\{(\d+)(?:,(\d*))?\}/g)].some(([, from, to]) => Math.max(Number(from), Number(to ?? 0)) > 1000)
    ? 'it has a form that RE2 does not have' : unparsable(ours(version))
  return why === undefined ? [] : [[`the version of ${at} is ${JSON.stringify(version)}, which is no regular expression: ${why}`, 'Write one as Go has them, without backreferences and lookarounds.']]
}

function unparsable(expression: string): string | undefined {
  try {
    RegExp(expression)
    return undefined
  } catch (error) {
    return (error as Error).message.replace(/^.*\/: /, '')
  }
}

function isUuid(value: unknown): boolean {
  return typeof value === 'string' && /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value)
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function refused(file: string, [why, hint]: Found, code: 'FILES' | 'USAGE'): ReleaseError {
  return new ReleaseError(`Cannot tell Artifact Hub what ${file} says: ${why}`, { code, hint })
}

import { compareTags, versionTag } from '../../formats/version-tag.ts'
import type { Digest } from '../../values/descriptor.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Target } from '../../values/target.ts'

/** What a version has on a site: `<version>/index.json`. */
export interface VersionRecord {
  readonly project: string
  readonly version: string
  readonly prerelease: boolean
  /** The project's commit and its time. */
  readonly commit: string
  readonly date: string
  /** By name. */
  readonly artifacts: readonly SiteArtifact[]
}

export interface SiteArtifact {
  readonly name: string
  readonly kind: string
  readonly target?: Target
  readonly digest: Digest
  /** Relative to the site's root. */
  readonly files: readonly SiteFile[]
}

export interface SiteFile {
  readonly path: string
  readonly size: number
  readonly digest: Digest
}

/** All versions of a site, the highest one first: `versions.json`. */
export interface SiteVersions {
  readonly project: string
  /** The highest stable one; absent where there is none. */
  readonly latest?: string
  readonly versions: readonly SiteVersion[]
}

export type SiteVersion = Pick<VersionRecord, 'version' | 'prerelease' | 'commit' | 'date'>

export const versionsPath = 'versions.json'
export const latestPath = 'latest.json'

export function recordPath(version: string): string {
  return `${version}/index.json`
}

export function jsonText(value: VersionRecord | SiteVersions): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}

/** The record of a version with what this release has of it: a version may come in several publications. */
export function withArtifacts(before: VersionRecord | undefined, record: VersionRecord): VersionRecord {
  const kept = (before?.artifacts ?? []).filter(({ name }) => record.artifacts.every(one => one.name !== name))
  return { ...record, artifacts: [...kept, ...record.artifacts].sort((a, b) => (a.name < b.name ? -1 : 1)) }
}

export function withVersion(before: SiteVersions | undefined, project: string, { version, prerelease, commit, date }: SiteVersion): SiteVersions {
  return versionsOf(project, [...withoutVersion(before, project, version).versions, { version, prerelease, commit, date }])
}

export function withoutVersion(before: SiteVersions | undefined, project: string, version: string): SiteVersions {
  return versionsOf(project, (before?.versions ?? []).filter(one => one.version !== version))
}

function versionsOf(project: string, versions: readonly SiteVersion[]): SiteVersions {
  const sorted = [...versions].sort((a, b) => compare(b.version, a.version))
  const latest = sorted.find(({ prerelease }) => !prerelease)?.version
  return { project, ...latest !== undefined && { latest }, versions: sorted }
}

function compare(a: string, b: string): number {
  const [one, other] = [versionTag(a), versionTag(b)]
  if (one && other) return compareTags(one, other)
  return a < b ? -1 : Number(a > b)
}

/** @throws ReleaseError (DESTINATION) for what is none, or of another project */
export function parseVersions(text: string, project: string | undefined, where: string): SiteVersions {
  const value = parsed(text) as Partial<SiteVersions> | undefined
  if (typeof value?.project !== 'string' || !Array.isArray(value.versions) || value.versions.some(one => typeof (one as SiteVersion | null)?.version !== 'string')) throw unreadable(where)
  if (project !== undefined) requireProject(value.project, project, where)
  return value as SiteVersions
}

/** @throws ReleaseError (DESTINATION) for what is none, or of another project */
export function parseVersionRecord(text: string, project: string | undefined, where: string): VersionRecord {
  const value = parsed(text) as Partial<VersionRecord> | undefined
  if (typeof value?.project !== 'string' || typeof value.version !== 'string' || !Array.isArray(value.artifacts) || !value.artifacts.every(one => isArtifact(one, `${value.version}/`))) throw unreadable(where)
  if (project !== undefined) requireProject(value.project, project, where)
  return value as VersionRecord
}

/** A record lists what is below its own folder: nothing else is ever removed by it. */
function isArtifact(value: unknown, folder: string): boolean {
  const { name, digest, files } = (value ?? {}) as Partial<SiteArtifact>
  return typeof name === 'string' && typeof digest === 'string' && Array.isArray(files)
    && files.every(({ path }: SiteFile) => typeof path === 'string' && path.startsWith(folder) && path.split('/').every(part => !['', '.', '..'].includes(part)))
}

function requireProject(found: string, project: string, where: string): void {
  if (found === project) return
  throw new ReleaseError(`Cannot publish ${project} at ${where}: it has the versions of ${found}`, { code: 'DESTINATION', hint: 'Give each project a folder, or a prefix, of its own.' })
}

function unreadable(where: string): ReleaseError {
  return new ReleaseError(`Cannot read ${where}: it is no list that a release has written`, { code: 'DESTINATION', hint: 'Take it back to what the last release wrote, or delete it.' })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

import type { Growth } from '../../formats/commits.ts'
import { compareTags, highestTag, type VersionTag } from '../../formats/version-tag.ts'

/** What `--next` takes: a candidate of what the commits ask for, or a version that has grown so. */
export type Next = 'rc' | Growth

export const nexts: readonly Next[] = ['rc', 'patch', 'minor', 'major']

/**
 * The version that comes next. A candidate is one of the version that the commits ask for since the last stable one; of a
 * higher one where candidates of that are out already.
 * @param growth what the commits since the last stable version ask for; below 1.0.0 what breaks asks for a minor version
 */
export function nextVersion(next: Next, versions: readonly VersionTag[], growth: Growth): string {
  const stable = highestTag(versions.filter(({ prerelease }) => prerelease === ''))
  const last = stable?.base ?? '0.0.0'
  if (next !== 'rc') return grown(last, next)
  const asked = stable ? grown(last, growth === 'major' && last.startsWith('0.') ? 'minor' : growth) : '0.1.0'
  const open = highestTag(versions.filter(({ prerelease, base }) => prerelease !== '' && isHigher(base, last)))
  const base = open && isHigher(open.base, asked) ? open.base : asked
  const numbers = versions.filter(each => each.base === base).flatMap(({ prerelease }) => /^rc\.(\d+)$/.exec(prerelease)?.[1] ?? []).map(Number)
  return `${base}-rc.${Math.max(0, ...numbers) + 1}`
}

function grown(base: string, growth: Growth): string {
  const [major = 0, minor = 0, patch = 0] = base.split('.').map(Number)
  if (growth === 'major') return `${major + 1}.0.0`
  return growth === 'minor' ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`
}

function isHigher(base: string, than: string): boolean {
  return base !== than && compareTags(plain(base), plain(than)) > 0
}

function plain(semver: string): VersionTag {
  return { tag: semver, semver, base: semver, prerelease: '' }
}

/** Why a version cannot follow those that are there, and what could; undefined where it can. */
export interface Misfit {
  readonly why: string
  readonly hint: string
}

/**
 * Holds a new version against those that there are: it is higher than all of its kind (a candidate than all), and a candidate's
 * number is the next one.
 */
export function misfitOf(version: VersionTag, versions: readonly VersionTag[]): Misfit | undefined {
  const isStable = version.prerelease === ''
  const highest = highestTag(versions.filter(({ prerelease }) => !isStable || prerelease === ''))
  const same = highest && withoutBuild(version) === withoutBuild(highest)
  if (highest && (same || compareTags(bare(version), bare(highest)) < 0)) {
    return { why: `${highest.tag} is ${same ? 'that version already' : 'higher'}`, hint: 'Name a higher one, or let --next name it; for an older line name its branch: --branch release-1.2' }
  }
  const [, name, number] = /^(.+)\.(\d+)$/.exec(version.prerelease) ?? []
  if (name === undefined || number === undefined) return undefined
  const numbers = versions.filter(({ base }) => base === version.base)
    .flatMap(({ prerelease }) => prerelease.startsWith(`${name}.`) ? [Number(prerelease.slice(name.length + 1))] : []).filter(Number.isSafeInteger)
  const expected = Math.max(0, ...numbers) + 1
  if (Number(number) === expected || (numbers.length === 0 && Number(number) === 0)) return undefined
  return {
    why: numbers.length === 0 ? `there is no ${version.base}-${name}.${Number(number) - 1} before it` : `the last candidate is ${version.base}-${name}.${expected - 1}`,
    hint: `Cut ${version.base}-${name}.${expected}.`,
  }
}

function withoutBuild({ semver }: VersionTag): string {
  return semver.replace(/\+.*$/, '')
}

/** Build metadata orders nothing: https://semver.org, 10. */
function bare(version: VersionTag): VersionTag {
  return { ...version, semver: withoutBuild(version), tag: '' }
}

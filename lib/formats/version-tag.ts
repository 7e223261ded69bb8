import compareBuild from 'semver/functions/compare-build.js'
import parse from 'semver/functions/parse.js'

/** A git tag that names a version: https://semver.org after a prefix and perhaps a `v`. */
export interface VersionTag {
  /** As it stands: `api/v0.0.2-rc.1`. */
  readonly tag: string
  /** `0.0.2-rc.1`, with build metadata where there is any. */
  readonly semver: string
  /** `0.0.2`. */
  readonly base: string
  /** `rc.1`; empty for a stable version. */
  readonly prerelease: string
}

/** Reads a tag that starts with the prefix; nothing where the rest of it is no semantic version. */
export function versionTag(tag: string, prefix = ''): VersionTag | undefined {
  const text = tag.startsWith(prefix) ? tag.slice(prefix.length) : ''
  const parsed = parse(text)
  if (!parsed) return undefined
  const { major, minor, patch, prerelease } = parsed
  return { tag, semver: text.replace(/^v/, ''), base: `${major}.${minor}.${patch}`, prerelease: prerelease.join('.') }
}

/** By precedence (https://semver.org, 11), then by build metadata; of one version the form with `v` comes last. */
export function compareTags(a: VersionTag, b: VersionTag): number {
  if (a.semver !== b.semver) return compareBuild(a.semver, b.semver)
  return a.tag.length - b.tag.length || (a.tag < b.tag ? -1 : 1)
}

/** The last of them in version order. */
export function highestTag(tags: readonly VersionTag[]): VersionTag | undefined {
  return [...tags].sort(compareTags).at(-1)
}

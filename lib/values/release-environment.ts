import type { Version } from './version.ts'

/**
 * What every program that a release runs can read of its version: RELEASE_VERSION as semver, RELEASE_TAG for image
 * tags, where `+` is not allowed, its parts (PRERELEASE is empty for a stable one), and the commit's time in seconds.
 */
export function releaseEnvironment(version: Version): Readonly<Record<string, string>> {
  const { semver, base, date } = version
  const [major = '', minor = '', patch = ''] = base.split('.')
  return {
    RELEASE_VERSION: semver,
    RELEASE_TAG: semver.replaceAll('+', '_'),
    MAJOR: major, MINOR: minor, PATCH: patch,
    PRERELEASE: /^[\d.]+-([^+]*)/.exec(semver)?.[1] ?? '',
    SOURCE_DATE_EPOCH: String(Date.parse(date) / 1000),
  }
}

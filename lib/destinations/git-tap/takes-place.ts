import { compareTags, versionTag } from '../../formats/version-tag.ts'
import type { Version } from '../../values/version.ts'

/**
 * Whether a version takes the place of the one that stands: the highest stable one is what readers get, so that a patch of an
 * older line comes too late, and a candidate only replaces another one. What is no version is in nobody's way.
 */
export function takesPlace({ semver, snapshot }: Pick<Version, 'semver' | 'snapshot'>, standing: string | undefined): boolean {
  const [own, other] = [versionTag(semver), versionTag(standing ?? '')]
  if (!own || !other) return true
  if (own.prerelease === '' && other.prerelease !== '') return true
  if (own.prerelease !== '' && other.prerelease === '') return false
  // A snapshot is of what lies here now, which may be an older commit.
  return snapshot || compareTags(own, other) >= 0
}

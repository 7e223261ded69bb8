import { compareTags, highestTag, type VersionTag } from './version-tag.ts'

/** The tag before one by kind: the last stable one for a stable version, the last one of any kind for a candidate. */
export function previousTag(of: VersionTag, tags: readonly VersionTag[]): VersionTag | undefined {
  return highestTag(tags.filter(each =>
    each.semver !== of.semver && compareTags(each, of) < 0 && (of.prerelease !== '' || each.prerelease === '')))
}

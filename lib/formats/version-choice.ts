import { highestTag, versionTag, type VersionTag } from './version-tag.ts'

/** The one to release of the tags on one commit: the one that is wanted, else the stable one, else the highest. */
export function chooseTag(tags: readonly VersionTag[], wanted?: string): VersionTag | undefined {
  return tags.find(each => each.tag === wanted)
    ?? highestTag(tags.filter(each => each.prerelease === ''))
    ?? highestTag(tags)
}

/** The tag that a person means by its name or its version: `api/v1.2.3`, `v1.2.3`, `1.2.3`. */
export function namedTag(tags: readonly VersionTag[], name: string, prefix: string): VersionTag | undefined {
  const semver = namedVersion(name, prefix)
  return tags.find(each => each.tag === name) ?? highestTag(tags.filter(each => each.semver === semver))
}

/** The semantic version in what a person wrote. */
export function namedVersion(name: string, prefix: string): string | undefined {
  return (versionTag(name, prefix) ?? versionTag(name))?.semver
}

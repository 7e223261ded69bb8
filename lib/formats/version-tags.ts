import { versionTag, type VersionTag } from './version-tag.ts'

export interface VersionTags {
  readonly versions: readonly VersionTag[]
  /** Tags of the same project that are no semantic versions. */
  readonly ignored: readonly string[]
}

/** The versions among tags of the project with a prefix; tags of others are left out. */
export function versionTags(tags: readonly string[], prefix: string): VersionTags {
  const own = tags.filter(tag => tag.startsWith(prefix) && !tag.slice(prefix.length).includes('/'))
  return {
    versions: own.flatMap(tag => versionTag(tag, prefix) ?? []),
    ignored: own.filter(tag => !versionTag(tag, prefix)).sort(),
  }
}

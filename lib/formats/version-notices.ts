import type { Version } from '../values/version.ts'
import type { VersionTag } from './version-tag.ts'

export interface ToNotice {
  readonly version: Version
  /** The versions on the commit. */
  readonly here: readonly VersionTag[]
  /** Tags on the commit that are no semantic versions. */
  readonly ignored: readonly string[]
  /** Whether the version was named. */
  readonly named: boolean
}

/** What a person should know of how a version was told, a line each. */
export function versionNotices({ version, here, ignored, named }: ToNotice): readonly string[] {
  const others = here.filter(each => each.semver !== version.semver).map(each => each.tag).sort()
  const lines = [
    ignored.length > 0 && `Ignored on this commit, being no semantic version: ${ignored.join(', ')}`,
    version.snapshot && `This is a snapshot, ${version.semver}: ${version.because}`,
    !version.snapshot && !named && others.length > 0
      && `Of several tags on this commit ${version.tag} is released; --version names another: ${others.join(', ')}`,
  ]
  return lines.filter(line => line !== false)
}

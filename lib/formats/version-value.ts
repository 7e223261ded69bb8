import type { Version } from '../values/version.ts'
import { previousTag } from './version-previous.ts'
import { snapshotReason, suggestedTag, type TreeState } from './version-reason.ts'
import { snapshotVersion } from './version-snapshot.ts'
import { highestTag, type VersionTag } from './version-tag.ts'

export interface VersionFacts extends TreeState {
  readonly commit: string
  /** The commit's time, in seconds since 1970. */
  readonly time: number
  /** What stands before versions in tags. */
  readonly prefix: string
  /** Which part of a tagged version is stamped. */
  readonly stamp: 'semver' | 'base'
  /** The tag that would be released. */
  readonly chosen: VersionTag | undefined
  /** The versions on the commit and before it. */
  readonly reachable: readonly VersionTag[]
  /** The digest of what differs from the commit, in hexadecimal; absent where nothing does. */
  readonly tree?: string
}

/** What is being released: the tag, or a snapshot where there is a reason for one. */
export function versionValue(facts: VersionFacts): Version {
  const { commit, prefix, chosen, reachable } = facts
  const date = new Date(facts.time * 1000).toISOString().replace('.000Z', 'Z')
  const because = snapshotReason(facts, chosen ? undefined : suggestedTag(prefix, highestTag(reachable)))
  if (!chosen || because !== undefined) {
    return { ...snapshot(facts), commit, date, ...because !== undefined && { because } }
  }
  const previous = previousTag(chosen, reachable)
  return {
    semver: chosen.semver, base: chosen.base, stamp: chosen[facts.stamp], tag: chosen.tag, ...previous && { previous: previous.tag }, commit, date,
    prerelease: chosen.prerelease !== '', snapshot: false, dirty: false,
  }
}

function snapshot({ commit, time, reachable, tree }: VersionFacts): Omit<Version, 'commit' | 'date'> {
  const last = highestTag(reachable)
  const semver = snapshotVersion({ commit, time, ...last && { last }, ...tree !== undefined && { tree } })
  return {
    semver, base: semver.slice(0, semver.indexOf('-')), stamp: semver, ...last && { previous: last.tag },
    prerelease: true, snapshot: true, dirty: tree !== undefined,
  }
}

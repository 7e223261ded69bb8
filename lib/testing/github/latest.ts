import { compareTags, versionTag } from '../../formats/version-tag.ts'
import type { ReleaseState, RepositoryState } from './state.ts'

/** Whether anybody may take it for the latest. */
export function isEligible({ draft, prerelease }: ReleaseState): boolean {
  return !draft && !prerelease
}

/** The release that a repository shows as its latest: the one that was named so, else the newest by its commit's date, then by version. */
export function latestRelease({ releases, latest }: RepositoryState): ReleaseState | undefined {
  const eligible = [...releases.values()].filter(isEligible)
  return eligible.find(({ id }) => id === latest) ?? eligible.sort(byDateAndVersion).at(-1)
}

function byDateAndVersion(one: ReleaseState, other: ReleaseState): number {
  if (one.createdAt !== other.createdAt) return one.createdAt < other.createdAt ? -1 : 1
  const [a, b] = [one, other].map(({ tag }) => versionTag(tag, /^(?:.*\/)?/.exec(tag)?.[0] ?? ''))
  return a && b ? compareTags(a, b) : one.id - other.id
}

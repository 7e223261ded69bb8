import { compareTags, versionTag } from '../../formats/version-tag.ts'
import type { GithubRelease } from '../../clients/github/answers.ts'
import type { Here } from './options.ts'

/** Whether a release is to be shown as the latest: the highest stable version of those that are published, of one project. */
export function isLatest(releases: readonly GithubRelease[], { tag, options }: Here): boolean {
  const { version: { semver, prerelease }, latest } = options
  if (prerelease || options.prerelease) return false
  if (latest !== undefined) return latest
  const prefix = tag.endsWith(semver) ? tag.slice(0, -semver.length).replace(/v$/, '') : ''
  const own = versionTag(tag, prefix)
  return own !== undefined && releases.every(release => {
    const other = release.draft || release.prerelease || release.tag === tag ? undefined : versionTag(release.tag, prefix)
    return other?.prerelease !== '' || compareTags(other, own) < 0
  })
}

import type { Github } from '../../clients/github.ts'
import type { GithubRelease } from '../../clients/github/answers.ts'

/**
 * The release of a tag: the public one, else the oldest draft. Drafts are not found by their tag, so that all are listed; where
 * two runs made one each at the same moment, both go on with the oldest.
 */
export async function releaseOfTag(github: Pick<Github, 'releases'>, tag: string): Promise<GithubRelease | undefined> {
  const [first] = await releasesOfTag(github, tag)
  return first
}

/** All of them, the one that counts first. */
export async function releasesOfTag(github: Pick<Github, 'releases'>, tag: string): Promise<readonly GithubRelease[]> {
  const own = (await github.releases()).filter(release => release.tag === tag)
  return own.sort((one, other) => Number(one.draft) - Number(other.draft) || one.id - other.id)
}

import type { Github } from '../../clients/github.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Here } from './options.ts'

/** Why a release cannot have its tag; GitHub would make one that is not there. */
export async function tagProblem(github: Pick<Github, 'commitOf'>, { name, tag, options: { version } }: Here): Promise<ReleaseError | undefined> {
  if (version.tag === undefined) {
    return new ReleaseError(`Cannot publish ${version.semver} at ${name}: the commit has no version tag`, { code: 'VERSION', hint: 'Tag it (git tag v1.2.3), and push the tag.' })
  }
  const there = await github.commitOf(tag)
  if (there === version.commit) return undefined
  return there === undefined
    ? new ReleaseError(`Cannot publish ${tag} at ${name}: the tag is not there`, { code: 'GIT', hint: `Push it: git push origin ${tag}` })
    : new ReleaseError(`Cannot publish ${tag} at ${name}: the tag is on ${there} there, and on ${version.commit} here`, { code: 'GIT', hint: 'A version is tagged once: tag a new one, or fetch the tag that is there.' })
}

/** @throws ReleaseError (GIT, VERSION) where the tag is not there, or on another commit */
export async function requireTag(github: Pick<Github, 'commitOf'>, here: Here): Promise<void> {
  const problem = await tagProblem(github, here)
  if (problem) throw problem
}

import { tagProblem } from '../../lib/formats/tag-problem.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import type { Version } from '../../lib/values/version.ts'

/** The tag of a version's image on a distro: `0.0.2-rc.1-alpine`. @throws ReleaseError (NAME) where that is none */
export function tagFor({ semver }: Version, distro: string): string {
  const tag = `${semver.replaceAll('+', '_')}-${distro}`
  const problem = tagProblem(tag)
  if (problem === undefined) return tag
  throw new ReleaseError(`Cannot call an image ${tag}: ${problem}`, { code: 'NAME', hint: 'Give the distro a shorter name.' })
}

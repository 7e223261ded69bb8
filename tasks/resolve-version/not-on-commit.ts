import { existingTags } from '../../lib/clients/git.ts'
import type { Exec } from '../../lib/contracts/exec.ts'
import { ReleaseError } from '../../lib/values/errors.ts'

export interface Named {
  /** What a person wrote. */
  readonly name: string
  /** The semantic version in it. */
  readonly semver: string | undefined
  readonly prefix: string
  /** The commit that is checked out. */
  readonly commit: string
}

/** The version that was named is not on the commit: says where it is, or how to put it there. */
export async function notOnCommit(exec: Exec, folder: string, named: Named): Promise<ReleaseError> {
  const { name, semver, prefix, commit } = named
  if (semver === undefined) {
    return new ReleaseError(`Cannot release ${name}: it is no semantic version`, {
      code: 'VERSION', hint: 'Name a version such as 1.2.3 or 1.2.3-rc.1, or none, to release what the tag says.',
    })
  }
  const [found] = await existingTags(exec, folder, [`${prefix}v${semver}`, `${prefix}${semver}`])
  if (found) {
    const where = `${found.tag} is on commit ${short(found.commit)}, not on ${short(commit)}`
    return new ReleaseError(`Cannot release ${name}: ${where}`, {
      code: 'VERSION', hint: `Check it out: git checkout ${found.tag}`,
    })
  }
  return new ReleaseError(`Cannot release ${name}: commit ${short(commit)} has no such tag`, {
    code: 'VERSION', hint: `Tag it: git tag ${prefix}v${semver} (or fetch the tags that there are: git fetch --tags)`,
  })
}

function short(commit: string): string {
  return commit.slice(0, 12)
}

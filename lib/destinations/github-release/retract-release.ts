import type { Github } from '../../clients/github.ts'
import { asProblem } from '../../values/as-problem.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Outline } from '../../values/outline.ts'
import type { Problem } from '../../values/problem.ts'
import type { Here } from './options.ts'
import { releaseOfTag } from './release-of-tag.ts'

/**
 * Takes a release back: a draft and a public one are deleted, and the tag stays. One that is immutable is left; a draft with
 * notes, which a person has written, loses what a release sends there.
 * @returns what is left, and why
 */
export async function retractRelease(github: Github, here: Here, what: readonly Outline[]): Promise<readonly Problem[]> {
  const { name, tag } = here
  try {
    const release = await releaseOfTag(github, tag)
    if (!release) return []
    if (release.immutable) throw stays(here, 'it is immutable', 'Whoever deletes it by hand can never use the tag again: publish the next version.')
    if (release.draft && release.notes !== '') {
      await empty(github, release.id, what)
      throw stays(here, 'somebody has written notes into the draft, which stays without files', 'Delete it there by hand, if nobody needs them.')
    }
    await github.remove(release.id)
    return []
  } catch (error) {
    return [asProblem(name, error)]
  }
}

async function empty(github: Github, id: number, what: readonly Outline[]): Promise<void> {
  const names = new Set(what.map(({ name }) => name))
  for (const asset of await github.assets(id)) if (names.has(asset.name)) await github.removeAsset(asset.id)
}

function stays({ name, tag }: Here, why: string, hint: string): ReleaseError {
  return new ReleaseError(`Cannot take back ${tag} at ${name}: ${why}`, { code: 'DESTINATION', hint })
}

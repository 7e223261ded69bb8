import { isPassing } from '../../oci/registry/passing.ts'
import type { Github } from '../../clients/github.ts'
import type { GithubRelease } from '../../clients/github/answers.ts'
import type { Here } from './options.ts'
import { releasesOfTag } from './release-of-tag.ts'

const mostTries = 5

/**
 * The release to stage into: one that is there, or a new draft. Before each try it is looked whether the one before did its work.
 * Where another run made one at the same moment the older draft is taken, and what is left of the others is deleted.
 */
export async function ensureDraft(github: Github, { tag, options: { version } }: Here): Promise<GithubRelease> {
  let made: GithubRelease | undefined
  for (let tries = 1; ; tries += 1) {
    const [first = made, ...others] = await releasesOfTag(github, tag)   // a list may lag behind
    if (first) {
      await clear(github, others)
      return first
    }
    try {
      made = await github.createDraft(tag, version.commit)
    } catch (error) {
      if (tries >= mostTries || !isPassing(error)) throw error
      await github.rest(tries)
    }
  }
}

/** Empty drafts beside the one that counts are what runs left that were not alone. */
async function clear(github: Github, others: readonly GithubRelease[]): Promise<void> {
  for (const { id, draft, name, notes } of others) {
    if (!draft || name !== '' || notes !== '' || (await github.assets(id)).length > 0) continue
    await github.remove(id)
  }
}

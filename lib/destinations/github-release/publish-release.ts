import { saysThat } from '../../clients/github/failure.ts'
import type { Github, ReleaseWishes } from '../../clients/github.ts'
import type { GithubRelease } from '../../clients/github/answers.ts'
import { ReleaseError } from '../../values/errors.ts'
import { burnedTag } from './burned-tag.ts'
import { isLatest } from './is-latest.ts'
import { wordsFor } from './notes.ts'
import type { Here } from './options.ts'
import { requireTag } from './require-tag.ts'

/**
 * Makes a release public with everything in it, by one request; where it is as it should be nothing is sent. With `draft` it
 * only gets its name and notes.
 * @throws ReleaseError (DESTINATION) where GitHub does not let it be published, (GIT) where the tag has moved
 */
export async function publishRelease(github: Github, here: Here, id: number): Promise<GithubRelease> {
  await requireTag(github, here)
  const releases = await github.releases()
  const release = releases.find(one => one.id === id) ?? gone(here)
  const taken = releases.find(one => one.tag === here.tag && !one.draft && one.id !== id)
  if (taken) throw new ReleaseError(`Cannot publish ${here.tag} at ${here.name}: another release has the tag since`, { code: 'DESTINATION', hint: 'Run the release again: it goes on with that one.' })
  const { version, draft = false, prerelease = version.prerelease } = here.options
  const wishes: ReleaseWishes = { tag: here.tag, commit: version.commit, ...await wordsFor(release, here, github), draft, prerelease, latest: isLatest(releases, here) }
  if (await isSo(release, wishes, github)) return release
  const published = await github.update(id, wishes).catch((error: unknown) => { throw burned(error, here) })
  if (published.draft !== draft || published.tag !== here.tag) throw new ReleaseError(`Cannot publish ${here.tag} at ${here.name}: GitHub says that it is done, and it is not`, { code: 'DESTINATION', hint: 'Look at the release there, and run it again.' })
  return published
}

async function isSo(release: GithubRelease, { name, notes, draft, prerelease, latest }: ReleaseWishes, github: Github): Promise<boolean> {
  const same = release.name === name && release.notes === notes && release.draft === draft && release.prerelease === prerelease
  return same && (draft || !latest || await github.latest() === release.tag)
}

function gone({ name, tag }: Here): never {
  throw new ReleaseError(`Cannot publish ${tag} at ${name}: the release is not there any more`, { code: 'DESTINATION', hint: 'Run the release again.' })
}

function burned(error: unknown, here: Here): unknown {
  return saysThat(error, /immutable release/) ? burnedTag(here, error) : error
}

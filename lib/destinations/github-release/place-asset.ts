import { isPassing } from '../../oci/registry/passing.ts'
import { saysThat } from '../../clients/github/failure.ts'
import type { Github } from '../../clients/github.ts'
import type { GithubAsset, GithubRelease } from '../../clients/github/answers.ts'
import type { Content } from '../../contracts/content.ts'
import type { Artifact } from '../../values/artifact.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Here } from './options.ts'

export interface Placing {
  readonly here: Here
  readonly github: Github
  readonly release: GithubRelease
  readonly content: Pick<Content, 'open'>
  /** Assets as they were last listed. */
  readonly known: readonly GithubAsset[]
}

/** Bytes that one asset may have. */
const largest = 2 ** 31
const mostTries = 5

/**
 * Sees to it that a release has a file: it is there, or it is uploaded. Before each try it is looked whether the one before did
 * its work and only the answer was lost. What a broken upload left is deleted; in a draft, so are other bytes of that name.
 * @throws ReleaseError (DESTINATION) where a public release has other bytes of that name, with both digests
 */
export async function placeAsset(artifact: Artifact, { here, github, release, content, known }: Placing): Promise<GithubAsset> {
  refuseSize(artifact, here)
  let there = known.find(one => one.name === artifact.name)
  for (let tries = 1; ; tries += 1) {
    const same = await keep(artifact, there, { here, github, release })
    if (same) return same
    try {
      return await requireName(artifact, await github.upload(release, { ...artifact, open: () => content.open(artifact) }), { here, github })
    } catch (error) {
      const taken = saysThat(error, /already_exists/)
      if (tries >= mostTries || !(taken || isPassing(error))) throw error
      there = await lookAgain(artifact, { github, release, patient: taken, tries })
    }
  }
}

interface Looking extends Pick<Placing, 'github' | 'release'> {
  /** Whether another run may be uploading it just now, which is not to be disturbed. */
  readonly patient: boolean
  readonly tries: number
}

async function lookAgain({ name }: Artifact, { github, release, patient, tries }: Looking): Promise<GithubAsset | undefined> {
  for (let count = tries; ; count += 1) {
    await github.rest(count)
    const there = (await github.assets(release.id)).find(one => one.name === name)
    if (!patient || there?.state !== 'starter' || count >= mostTries) return there
  }
}

/** The asset that is there, where it is the right one; where it is not it is deleted. */
async function keep(artifact: Artifact, there: GithubAsset | undefined, { here, github, release }: Pick<Placing, 'here' | 'github' | 'release'>): Promise<GithubAsset | undefined> {
  if (!there) return undefined
  const digest = there.state === 'uploaded' ? await github.digest(there) : undefined
  if (digest === artifact.digest) return there
  if (digest !== undefined && !release.draft) throw different(artifact, digest, here)
  await github.removeAsset(there.id)
  return undefined
}

/** A name that GitHub has changed is not the one that others were told. */
async function requireName({ name }: Artifact, asset: GithubAsset, { here, github }: Pick<Placing, 'here' | 'github'>): Promise<GithubAsset> {
  if (asset.name === name) return asset
  await github.removeAsset(asset.id)
  throw new ReleaseError(`Cannot publish ${name} at ${here.name}: GitHub calls it ${asset.name}`, { code: 'NAME', hint: 'Use letters, digits, - _ + @ and single dots inside.' })
}

function refuseSize({ name, size }: Artifact, here: Here): void {
  if (size > 0 && size < largest) return
  throw new ReleaseError(`Cannot publish ${name} at ${here.name}: it has ${size} bytes, and GitHub takes files of 1 to ${largest - 1}`, {
    code: 'DESTINATION', hint: size > 0 ? 'Split it, or publish it elsewhere.' : 'Leave it out, or put something in it.',
  })
}

/** What a public release has under a name that it should not have. */
export function different({ name, digest }: Pick<Artifact, 'name' | 'digest'>, there: string, here: Pick<Here, 'name' | 'tag'>): ReleaseError {
  return new ReleaseError(`Cannot publish ${name} at ${here.name}: the public release ${here.tag} has it with the digest ${there}, not ${digest}`, {
    code: 'DESTINATION', hint: 'A version is published once: release a new one, or delete the file there if nobody has used it.',
  })
}

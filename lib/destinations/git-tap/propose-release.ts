import type { World } from '../../contracts/workshop.ts'
import { ensurePull } from './ensure-pull.ts'
import type { OpenedTap, TapState } from './open-tap.ts'
import { propose } from './propose.ts'
import { pullBranch, type PullPlace } from './pull-place.ts'
import { releaseChange, standingOf, type StagedArtifact } from './release-change.ts'

/** The commit of a release wave: a branch beside the tap's own gets the files, and somebody is asked to merge it. */
export async function proposeRelease(opened: OpenedTap, state: TapState, staged: readonly StagedArtifact[], pull: PullPlace, { release, signal, notice }: Pick<World, 'release' | 'signal' | 'notice'>): Promise<void> {
  const { tap } = opened
  const { version } = release
  const github = await pull.reach({ signal })
  const branch = pullBranch({ pull, folder: tap.folder, branch: tap.branch }, release)
  const isOpen = async (): Promise<boolean> => (await github.opened({ base: tap.branch, branch })).length > 0
  let stays: string | undefined
  const proposed = await propose(opened, state, {
    branch, isOpen,
    plan: async now => {
      const change = await releaseChange(opened, now, release, staged)
      stays = change ? undefined : standingOf(now, release)?.version
      return change
    },
  })
  if (proposed === 'proposed') {
    const { url } = await ensurePull(github, { base: tap.branch, branch, title: pull.title(release), body: pull.body(release), draft: pull.draft, labels: pull.labels })
    notice(`${tap.name} has ${version.semver} once ${url} is merged.`)
  } else if (stays !== undefined) notice(`${tap.name} ${proposed === 'outranked' ? 'proposes' : 'stays at'} ${stays}, which ${version.semver} does not replace.`)
}

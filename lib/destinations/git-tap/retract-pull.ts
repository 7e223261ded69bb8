import { pushBranch } from '../../clients/git/push-branch.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Problem } from '../../values/problem.ts'
import { asProblem } from '../../values/as-problem.ts'
import { ensurePull } from './ensure-pull.ts'
import { movesOn } from './move-branch.ts'
import { type OpenedTap, persist, type Tap } from './open-tap.ts'
import { propose } from './propose.ts'
import { pullBranch, type PullPlace } from './pull-place.ts'
import { standingOf } from './release-change.ts'
import { type RetractingWorld, takeBack } from './take-back.ts'
import { withTap } from './with-tap.ts'

/**
 * Takes a release back that was proposed: its pull request is closed and its branch deleted. Where it was merged, another pull request
 * asks to bring back what was there before.
 * @returns what stays until that is merged
 */
export async function retractPull(tap: Tap, pull: PullPlace, world: RetractingWorld): Promise<readonly Problem[]> {
  return withTap(tap, world, {}, async opened => {
    await closeOwn(opened, pull, world)
    const { version } = world.release
    const branch = `${pullBranch({ pull, folder: tap.folder, branch: tap.branch }, world.release)}-taken-back`
    const github = await pull.reach(world)
    const first = await opened.look({ history: true })
    if (first.head === undefined || standingOf(first, world.release)?.version !== version.semver) return []
    const proposed = await propose(opened, first, {
      branch, history: true, isOpen: async () => true, plan: state => takeBack(opened, state, { ...world, notice: () => undefined }),
    })
    if (proposed === 'needless') return []
    const { url } = await ensurePull(github, {
      base: tap.branch, branch, draft: false, labels: pull.labels, title: `Take back ${world.release.project.name} ${version.semver}`,
      body: `It was retracted. Once this is merged, readers of \`${tap.branch}\` have what was there before it.\n`,
    })
    return [asProblem(tap.name, new ReleaseError(`Cannot take back ${version.semver} at ${tap.name} at once: it was merged, and stays until ${url} is merged`, { code: 'DESTINATION', hint: 'Merge that one, or close it to keep the version.' }))]
  })
}

/** Of another version that has the same branch nothing is touched. */
async function closeOwn(opened: OpenedTap, pull: PullPlace, { release, signal, notice }: RetractingWorld): Promise<void> {
  const { tap: { branch: base, folder, name }, remote, clone, patience, look } = opened
  const branch = pullBranch({ pull, folder, branch: base }, release)
  const { version: { semver } } = release
  const tip = await look({ branch })
  const standing = standingOf(tip, release)?.version
  if (tip.head !== undefined && standing !== semver) {
    notice(`${name} has nothing of ${semver} to take back in ${branch}${standing === undefined ? '' : `: ${standing} is proposed there`}.`)
    return
  }
  const github = await pull.reach({ signal })
  for (const { number } of await github.opened({ base, branch })) await github.close(number)
  if (tip.head === undefined) return
  const { head } = tip
  if (await persist(patience, () => pushBranch(remote, clone, { branch, commit: undefined, expected: head })) === 'pushed') return
  if ((await look({ branch })).head !== undefined) throw movesOn(branch, remote.where)
}

import { pushBranch } from '../../clients/git/push-branch.ts'
import type { Lookout } from '../../contracts/workshop.ts'
import { asProblem } from '../../values/as-problem.ts'
import type { Outline } from '../../values/outline.ts'
import type { Problem } from '../../values/problem.ts'
import type { OpenedTap, Tap, TapState } from './open-tap.ts'
import { persist } from './open-tap.ts'
import { standingProblems } from './standing-problems.ts'
import { withTap } from './with-tap.ts'

/** What keeps a release from changing a tap, found without changing it: it cannot be reached, read or pushed to, or something stands in the way. */
export async function checkTap(tap: Tap, world: Pick<Lookout, 'exec' | 'signal' | 'place' | 'content' | 'release' | 'notice'>, what: readonly Outline[]): Promise<readonly Problem[]> {
  try {
    if (tap.pull) return await (await import('./check-pull.ts')).checkPull(tap, tap.pull, world)
    return await withTap(tap, world, { tries: 2 }, async opened => {
      const state = await opened.look()
      const refused = await requirePush(opened, state).then(() => [], (error: unknown) => [asProblem(tap.name, error)])
      const { content, release, notice } = world
      return [...refused, ...await standingProblems(opened, { state, what, content, release, notice })]
    })
  } catch (error) {
    return [asProblem(tap.name, error)]
  }
}

/**
 * Asks whether the branch may be moved, or made, by a dry run of a push.
 * @param branch another one, which is made where there is none
 * @throws ReleaseError (CREDENTIALS, DESTINATION, NETWORK) where it may not
 */
export async function requirePush({ tap: { branch: own, author }, remote, clone, patience }: OpenedTap, { head }: Pick<TapState, 'head'>, branch: string = own): Promise<void> {
  const commit = head ?? await clone.commit({ tree: await clone.changeTree(undefined, []), message: 'Begin\n', author, time: 0 })
  // A branch that moves meanwhile is one that may be moved.
  await persist(patience, () => pushBranch(remote, clone, { branch, commit, expected: branch === own ? head : undefined, dryRun: true }))
}

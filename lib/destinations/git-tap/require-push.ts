import { pushBranch } from '../../clients/git/push-branch.ts'
import { type OpenedTap, persist, type TapState } from './open-tap.ts'

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

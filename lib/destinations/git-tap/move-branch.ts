import { pushBranch } from '../../clients/git/push-branch.ts'
import type { TreeChange } from '../../clients/git/bare-clone.ts'
import { isPassing } from '../../oci/registry/passing.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { OpenedTap, TapState } from './open-tap.ts'

export interface BranchMove {
  readonly changes: readonly TreeChange[]
  /** The commit's message. */
  readonly message: string
  /** Seconds since 1970: the release's own time, so that the same release on the same commit is the same commit. */
  readonly time: number
}

/** Many projects may release into one tap at the same hour. */
export const mostMoves = 10

/**
 * Moves the branch by one commit. Where somebody else has moved it meanwhile, or the answer got lost, the branch is looked at again,
 * and what to change is asked again.
 * @param first what the branch is taken to be
 * @param plan what to change in the branch as it is then; undefined or no change where nothing is left to do
 * @returns the commit, undefined where none was needed
 * @throws ReleaseError (DESTINATION) where the server refuses, or the branch moves again and again
 */
export async function moveBranch(opened: OpenedTap, first: TapState, plan: (state: TapState) => Promise<BranchMove | undefined>, options?: { readonly history?: boolean }): Promise<string | undefined> {
  const { tap, remote, clone, patience: { tries, rest } } = opened
  for (let count = 1, state = first; ; count += 1, state = await opened.look(options)) {
    const commit = await commitOf(opened, state, await plan(state))
    if (commit === undefined) return undefined
    try {
      if (await pushBranch(remote, clone, { branch: tap.branch, commit, expected: state.head }) === 'pushed') return commit
      if (count >= mostMoves) throw movesOn(tap.branch, remote.where)
    } catch (error) {
      if (!isPassing(error) || count >= tries) throw error
    }
    await rest(count)
  }
}

async function commitOf({ clone, tap }: OpenedTap, { head }: TapState, move: BranchMove | undefined): Promise<string | undefined> {
  if (!move || move.changes.length === 0) return undefined
  const tree = await clone.changeTree(head, move.changes)
  return clone.commit({ tree, parent: head, message: move.message, author: tap.author, time: move.time })
}

export function movesOn(branch: string, where: string): ReleaseError {
  return new ReleaseError(`Cannot push to ${where}: somebody else moves ${branch} again and again`, { code: 'DESTINATION', hint: 'Run the release again when nothing else pushes there.' })
}

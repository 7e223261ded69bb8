import { pushBranch } from '../../clients/git/push-branch.ts'
import { isPassing } from '../../oci/registry/passing.ts'
import { ReleaseError } from '../../values/errors.ts'
import { type BranchMove, movesOn, mostMoves } from './move-branch.ts'
import type { OpenedTap, TapState } from './open-tap.ts'

export interface Proposal {
  /** The branch that is proposed. */
  readonly branch: string
  /** What to change in a branch as it is; undefined or no change where nothing is left to do. */
  plan(state: TapState): Promise<BranchMove | undefined>
  /** Whether somebody is asked to merge the branch now. */
  isOpen(): Promise<boolean>
  readonly history?: boolean
}

/** `needless`: the tap's branch has all of it. `outranked`: what is proposed already is not replaced by it. */
export type Proposed = 'needless' | 'outranked' | 'proposed'

/**
 * Sees to it that a branch beside the tap's own has what the tap's should have: one commit on top of it. Where the tap's has moved on
 * the commit is made anew; where persons have added to it, theirs stay, and what is missing goes on top.
 * @throws ReleaseError (DESTINATION) where persons have added to another version, the server refuses, or it moves again and again
 */
export async function propose(opened: OpenedTap, first: TapState, { branch, plan, isOpen, history = false }: Proposal): Promise<Proposed> {
  const { remote, clone, patience: { tries, rest } } = opened
  for (let count = 1, base = first; ; count += 1, base = await opened.look({ history })) {
    const move = await plan(base)
    if (!move || move.changes.length === 0) return 'needless'
    const tip = await opened.look({ branch, history })
    const there = tip.head === undefined ? undefined : await plan(tip)
    if (tip.head !== undefined && there === undefined && await isOpen()) return 'outranked'
    const commit = await nextCommit(opened, { base, tip, move, there, branch })
    if (commit === tip.head) return 'proposed'
    try {
      if (await pushBranch(remote, clone, { branch, commit, expected: tip.head }) === 'pushed') return 'proposed'
      if (count >= mostMoves) throw movesOn(branch, remote.where)
    } catch (error) {
      if (!isPassing(error) || count >= tries) throw error
    }
    await rest(count)
  }
}

interface Next {
  readonly base: TapState
  readonly tip: TapState
  /** On top of the tap's own branch. */
  readonly move: BranchMove
  /** On top of the proposed one. */
  readonly there: BranchMove | undefined
  readonly branch: string
}

async function nextCommit(opened: OpenedTap, { base, tip, move, there, branch }: Next): Promise<string> {
  if (tip.head === undefined || await isOwn(opened, base, tip.head)) return commitOn(opened, base.head, move)
  if (there) return there.changes.length === 0 ? tip.head : commitOn(opened, tip.head, there)
  throw new ReleaseError(`Cannot push to ${opened.remote.where}: ${branch} has commits of others on top of another version`, {
    code: 'DESTINATION', hint: 'Merge it, or delete it there.',
  })
}

/** Whether a branch is nothing but a commit of a release on top of the tap's own, as that is or was. */
async function isOwn({ clone, tap, look }: OpenedTap, base: TapState, tip: string): Promise<boolean> {
  const { author, parent } = await clone.lookAt(tip)
  if (author !== tap.author || parent === undefined || base.head === undefined) return false
  if (parent === base.head) return true
  const { head } = await look({ history: true })
  return head !== undefined && clone.contains(parent, head)
}

async function commitOn({ clone, tap }: OpenedTap, parent: string | undefined, { changes, message, time }: BranchMove): Promise<string> {
  return clone.commit({ tree: await clone.changeTree(parent, changes), parent, message, author: tap.author, time })
}

import { asProblem } from '../../values/as-problem.ts'
import type { Problem } from '../../values/problem.ts'
import { moveBranch } from './move-branch.ts'
import type { Tap } from './open-tap.ts'
import { type RetractingWorld, takeBack } from './take-back.ts'
import { withTap } from './with-tap.ts'

/**
 * Takes a release back by a commit that puts there again what was before it. Where another version stands by now, nothing is done:
 * none of the release's files is at the branch's head. Its history stays, as that of any branch.
 */
export async function retractTap(tap: Tap, world: RetractingWorld): Promise<readonly Problem[]> {
  try {
    if (tap.pull) return await (await import('./retract-pull.ts')).retractPull(tap, tap.pull, world)
    await withTap(tap, world, {}, async opened => {
      const options = { history: true }
      await moveBranch(opened, await opened.look(options), state => takeBack(opened, state, world), options)
    })
    return []
  } catch (error) {
    return [asProblem(tap.name, error)]
  }
}

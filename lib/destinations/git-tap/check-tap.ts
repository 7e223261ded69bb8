import type { Lookout } from '../../contracts/workshop.ts'
import { asProblem } from '../../values/as-problem.ts'
import type { Outline } from '../../values/outline.ts'
import type { Problem } from '../../values/problem.ts'
import type { Tap } from './open-tap.ts'
import { requirePush } from './require-push.ts'
import { standingProblems } from './standing-problems.ts'
import { withTap } from './with-tap.ts'

/** What keeps a release from changing a tap, found without changing it: it cannot be reached, read or pushed to, or something stands in the way. */
export async function checkTap(tap: Tap, world: Pick<Lookout, 'exec' | 'signal' | 'place' | 'content' | 'release' | 'notice'>, what: readonly Outline[]): Promise<readonly Problem[]> {
  try {
    if (tap.pull) return await (await import('./check-pull.ts')).checkPull(tap, tap.pull, world, what)
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

import { asProblem } from '../../values/as-problem.ts'
import type { Lookout } from '../../contracts/workshop.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Outline } from '../../values/outline.ts'
import type { Problem } from '../../values/problem.ts'
import type { Tap } from './open-tap.ts'
import type { PullPlace } from './pull-place.ts'
import { requirePush } from './require-push.ts'
import { standingProblems } from './standing-problems.ts'
import { withTap } from './with-tap.ts'

/** A branch that is never made: whether one could be is all that is asked. */
const anyBranch = 'slipway/check'

/** What keeps a release from being proposed, found without changing anything: by git, and by GitHub. */
export async function checkPull(tap: Tap, pull: PullPlace, world: Pick<Lookout, 'exec' | 'signal' | 'place' | 'content' | 'release' | 'notice'>, what: readonly Outline[]): Promise<readonly Problem[]> {
  const { content, release, notice } = world
  const asked = [async () => withTap(tap, world, { tries: 2 }, async opened => {
    const state = await opened.look()
    requireBase(tap, state)
    const refused = await problemsOf(tap, () => requirePush(opened, state, anyBranch))
    return [...refused, ...await standingProblems(opened, { state, what, content, release, notice })]
  }), () => problemsOf(tap, () => requireGithub(tap, pull, world))]
  const found = await Promise.all(asked.map(ask => ask().catch((error: unknown) => [asProblem(tap.name, error)])))
  return found.flat()
}

async function problemsOf(tap: Tap, ask: () => Promise<void>): Promise<readonly Problem[]> {
  return ask().then(() => [], (error: unknown) => [asProblem(tap.name, error)])
}

/** @throws ReleaseError (DESTINATION) where there is nothing that could be merged into */
export function requireBase({ branch, address }: Tap, { head }: { readonly head: string | undefined }): void {
  if (head !== undefined) return
  throw new ReleaseError(`Cannot open a pull request at ${address.text}: there is no branch ${branch} to merge it into`, { code: 'DESTINATION', hint: 'Make its first commit by hand, or push to it: leave out pullRequest.' })
}

async function requireGithub({ branch, name }: Tap, { reach }: PullPlace, world: Pick<Lookout, 'signal'>): Promise<void> {
  const github = await reach(world, 2)
  const { archived } = await github.facts()
  if (archived) throw new ReleaseError(`Cannot open pull requests for ${name}: the repository is archived`, { code: 'DESTINATION', hint: 'Unarchive it in its settings.' })
  await github.requireRight(branch)
}

import { asProblem } from '../../values/as-problem.ts'
import type { World } from '../../contracts/workshop.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Problem } from '../../values/problem.ts'
import { requirePush } from './check-tap.ts'
import type { Tap } from './open-tap.ts'
import type { PullPlace } from './pull-place.ts'
import { withTap } from './with-tap.ts'

/** A branch that is never made: whether one could be is all that is asked. */
const anyBranch = 'slipway/check'

/** What keeps a release from being proposed, found without changing anything: by git, and by GitHub. */
export async function checkPull(tap: Tap, pull: PullPlace, world: Pick<World, 'exec' | 'signal' | 'place'>): Promise<readonly Problem[]> {
  const asked = [async () => withTap(tap, world, { tries: 2 }, async opened => {
    const state = await opened.look()
    requireBase(tap, state)
    await requirePush(opened, state, anyBranch)
  }), () => requireGithub(tap, pull, world)]
  const found = await Promise.all(asked.map(ask => ask().then(() => [], (error: unknown) => [asProblem(tap.name, error)])))
  return found.flat()
}

/** @throws ReleaseError (DESTINATION) where there is nothing that could be merged into */
export function requireBase({ branch, address }: Tap, { head }: { readonly head: string | undefined }): void {
  if (head !== undefined) return
  throw new ReleaseError(`Cannot open a pull request at ${address.text}: there is no branch ${branch} to merge it into`, { code: 'DESTINATION', hint: 'Make its first commit by hand, or push to it: leave out pullRequest.' })
}

async function requireGithub({ branch, name }: Tap, { reach }: PullPlace, world: Pick<World, 'signal'>): Promise<void> {
  const github = await reach(world, 2)
  const { archived } = await github.facts()
  if (archived) throw new ReleaseError(`Cannot open pull requests for ${name}: the repository is archived`, { code: 'DESTINATION', hint: 'Unarchive it in its settings.' })
  await github.requireRight(branch)
}

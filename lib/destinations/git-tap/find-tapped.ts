import type { Finding } from '../../contracts/destination.ts'
import type { World } from '../../contracts/workshop.ts'
import type { Outline } from '../../values/outline.ts'
import { findIn } from './find-in.ts'
import type { Tap } from './open-tap.ts'
import { withTap } from './with-tap.ts'

/**
 * What a tap has of an artifact, read from the files at the branch's head: of a demo all the files that its release lists, a single
 * file under its name, whoever put it there. What a release of another version put there is not it. What
 * an open pull request has is staged.
 */
export async function findTapped(tap: Tap, what: Outline, world: Pick<World, 'exec' | 'signal' | 'place'>): Promise<Finding> {
  return withTap(tap, world, {}, async opened => {
    const state = await opened.look()
    const finding = await findIn(opened, state, what)
    const isStanding = what.version === undefined || state.records.some(({ version }) => version === what.version)
    if (!tap.pull || (finding.state === 'public' && isStanding)) return finding
    return await (await import('./find-proposed.ts')).findProposed(opened, tap.pull, what, world) ?? finding
  })
}

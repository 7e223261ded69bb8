import type { Finding } from '../../contracts/destination.ts'
import type { World } from '../../contracts/workshop.ts'
import type { Outline } from '../../values/outline.ts'
import { findIn } from './find-in.ts'
import type { OpenedTap } from './open-tap.ts'
import type { PullPlace } from './pull-place.ts'

/** What open pull requests of releases have of an artifact; undefined where none has it. */
export async function findProposed(opened: OpenedTap, { branch: named, reach }: PullPlace, what: Outline, world: Pick<World, 'signal'>): Promise<Finding | undefined> {
  const github = await reach(world)
  const open = await github.opened({ base: opened.tap.branch, ...named === undefined ? {} : { branch: named } })
  for (const { branch } of open.filter(pull => named !== undefined || mayHave(pull.branch, what))) {
    const state = await opened.look({ branch })
    const { digest } = state.records.some(({ version }) => version === (what.version ?? version)) ? await findIn(opened, state, what) : {}
    if (digest !== undefined) return { state: 'staged', digest }
  }
  return undefined
}

/** By its name: many pull requests are none of releases, or of other ones. */
function mayHave(branch: string, { version }: Outline): boolean {
  return branch.startsWith('slipway/') && (version === undefined || branch.endsWith(`-${version}`))
}

import type { Artifact } from '../../values/artifact.ts'
import type { Sight } from './options.ts'
import type { Setting, Stand } from './setting.ts'
import { requireSight } from './sight.ts'

/** What a release comes to that nothing disturbs. */
export interface Undisturbed {
  readonly before: Sight
  readonly after: Sight
  readonly inventory: Sight
}

export function undisturbed<A extends Artifact>({ at }: Setting<A>): Promise<Undisturbed> {
  return at(async ({ place, publish, inventory }) => {
    const before = await place.witness()
    await publish()
    return { before, after: await place.witness(), inventory: await inventory() }
  })
}

/** Runs once more, and requires what an undisturbed run would have come to. */
export async function requireConvergence<A extends Artifact>({ place, publish, inventory }: Stand<A>, whole: Undisturbed, when: string): Promise<void> {
  try {
    await publish()
  } catch (cause) {
    throw new Error(`${when}, the next run fails: ${(cause as Error).message}`, { cause })
  }
  requireSight(await place.witness(), whole.after, `${when} and run again, something else is to be seen`)
  requireSight(await inventory(), whole.inventory, `${when} and run again, something else lies there`)
}

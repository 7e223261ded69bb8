import type { Artifact } from '../../values/artifact.ts'
import { requireRefusal } from './require-refusal.ts'
import type { Setting } from './setting.ts'
import { requireSight } from './sight.ts'
import { requireConvergence, undisturbed } from './undisturbed.ts'

/** A name that is public stays what it is; whoever comes with other bytes is told. */
export async function refusesOthers<A extends Artifact>({ at, artifacts, content, options: { changed } }: Setting<A>): Promise<void> {
  const others = await changed?.(content) ?? []
  for (const [index, other] of others.entries()) {
    await at(async ({ place, publish, attempt, inventory }) => {
      await publish()
      const [seen, there] = [await place.witness(), await inventory()]
      requireRefusal(await attempt({ artifacts: artifacts.with(index, other) }), `where ${other.name} has other bytes`)
      requireSight(await place.witness(), seen, `where other bytes of ${other.name} were refused, something changed`)
      // What was staged may stay: by digest it harms nobody.
      const now = await inventory()
      requireSight(Object.fromEntries(Object.keys(there).map(key => [key, now[key] ?? 'nothing'])), there, `where other bytes of ${other.name} were refused, something changed`)
    })
  }
}

/** Other bytes that a run left behind are never published by the next one. */
export async function replacesLeftovers<A extends Artifact>(setting: Setting<A>): Promise<void> {
  const whole = await undisturbed(setting)
  const others = await setting.options.changed?.(setting.content) ?? []
  await setting.at(async stand => {
    await stand.publish({ artifacts: others, instead: async () => undefined, abandoned: true })
    // The others may lie there for good, by their digests.
    await requireConvergence({ ...stand, inventory: async () => whole.inventory }, whole, 'where a run staged other bytes before')
  })
}

import type { Artifact } from '../../values/artifact.ts'
import type { Problem } from '../../values/problem.ts'
import { outlineOf } from './outline-of.ts'
import type { Sight } from './options.ts'
import { requireRefusal } from './require-refusal.ts'
import type { Setting, Stand } from './setting.ts'
import { isSight, requireSight } from './sight.ts'
import { requireConvergence, undisturbed } from './undisturbed.ts'

/** A release is taken back, by a later run and by its own; what stays is told. */
export async function takesBack<A extends Artifact>(setting: Setting<A>): Promise<void> {
  const whole = await undisturbed(setting)
  await setting.at(async stand => {
    await stand.publish()
    await retractTwice(setting, stand, whole.before)
    if (isSight(await stand.place.witness(), whole.before)) await requireConvergence({ ...stand, inventory: async () => whole.inventory }, whole, 'taken back')
  })
  await setting.at(async stand => {
    const run = stand.run()
    let problems: readonly Problem[] = []
    await stand.publish({ run, afterwards: async session => { problems = await session.retract(setting.artifacts.map(outlineOf), run.world) } })
    if (problems.length === 0 && stand.destination().rehearsal !== true) requireSight(await stand.place.witness(), whole.before, 'taken back by the run that published it, something is still to be seen')
  })
}

/** Where nothing was published there is nothing to take back, and that is no problem. */
export async function takesNothingBack<A extends Artifact>(setting: Setting<A>): Promise<void> {
  await setting.at(async stand => {
    const [seen, there] = [await stand.place.witness(), await stand.inventory()]
    const problems = await retract(setting, stand)
    if (problems.length > 0) throw new Error(`taking back what was never there is a problem: ${problems.map(({ message }) => message).join('; ')}`)
    requireSight(await stand.place.witness(), seen, 'taking back what was never there changed what is to be seen')
    requireSight(await stand.inventory(), there, 'taking back what was never there changed what lies there')
  })
}

async function retractTwice<A extends Artifact>(setting: Setting<A>, stand: Stand<A>, before: Sight): Promise<void> {
  const problems = await retract(setting, stand)
  const seen = await stand.place.witness()
  const { reversible, rehearsal } = stand.destination()
  // Nobody gets anything from a rehearsal: it may stay.
  if (problems.length === 0 && rehearsal !== true) requireSight(seen, before, 'taken back, something is still to be seen, and nobody says so')
  else if (problems.length > 0 && reversible && isSight(seen, before)) throw new Error(`all is taken back, and something is said to stay: ${problems.map(({ message }) => message).join('; ')}`)
  await retract(setting, stand)
  requireSight(await stand.place.witness(), seen, 'taken back once more, something else is to be seen')
}

/** As a run of its own, days later. */
async function retract<A extends Artifact>({ artifacts, said }: Setting<A>, { destination, run }: Stand<A>): Promise<readonly Problem[]> {
  const own = run()
  const session = await destination().open(own.world.release, own.world)
  try {
    const problems = await session.retract(artifacts.map(outlineOf), own.world)
    said.hear('a problem', problems)
    for (const { message, hint } of problems) requireRefusal(Object.assign(new Error(message), { hint }), 'taking back')
    return problems
  } finally {
    await session.close?.()
    await own.end()
  }
}

import type { Artifact } from '../../values/artifact.ts'
import { each } from './each.ts'
import type { Setting } from './setting.ts'
import { requireSight } from './sight.ts'
import { requireConvergence, undisturbed } from './undisturbed.ts'

/** How a run ends: with an error, after which it lets go of what it has; as when it is killed, with nothing; or by Ctrl-C. */
export type Ending = 'fails' | 'is killed' | 'is stopped'

/** A run ends after any one of its calls; the next one ends in what an undisturbed one gives. */
export async function survivesEnd<A extends Artifact>(setting: Setting<A>, ending: Ending): Promise<void> {
  const whole = await undisturbed(setting)
  const calls: string[] = []
  await setting.at(({ publish }) => publish({ after: call => { calls.push(call) } }))
  await each(calls, setting.options.atOnce, (call, at) => setting.at(async stand => {
    const run = stand.run()
    const after = (_call: string, count: number): void => {
      if (count !== at + 1) return
      if (ending === 'is stopped') run.stop()
      else throw new Error('the run ends here')
    }
    const error = await stand.attempt({ after, run, abandoned: ending === 'is killed' })
    if (ending !== 'is stopped' && error?.message !== 'the run ends here') throw error ?? new Error('it did not end')
    const when = `where a run ${ending} after ${call}`
    if (call !== 'commit' && error) requireSight(await stand.place.witness(), whole.before, `${when}, something is to be seen`)
    // What a process that lives has left is not for others to clear.
    await requireConvergence(ending === 'is killed' ? { ...stand, inventory: async () => whole.inventory } : stand, whole, when)
  }))
}

import type { Artifact } from '../../values/artifact.ts'
import { requireRefusal } from './require-refusal.ts'
import type { Setting, Stand } from './setting.ts'
import { requireConvergence, undisturbed } from './undisturbed.ts'

/** Two runs of one release meet: one of them gets through at least, the other one may say why it does not, and all comes to what one gives. */
export async function meets<A extends Artifact>(setting: Setting<A>): Promise<void> {
  const whole = await undisturbed(setting)
  for (const [how, both] of [['staged one after the other, and committed so', inTurns], ['ran at once', atOnce]] as const) {
    await setting.at(async stand => {
      await both(stand)
      await requireConvergence(stand, whole, `where two runs ${how}`)
    })
  }
}

async function atOnce<A extends Artifact>({ attempt }: Stand<A>): Promise<void> {
  const errors = (await Promise.all([attempt({ together: true }), attempt()])).filter(error => error !== undefined)
  if (errors.length > 1) throw new Error(`where two runs ran at once, both fail: ${errors.map(({ message }) => message).join('; ')}`, { cause: errors[0] })
  for (const error of errors) requireRefusal(error, 'where two runs ran at once')
}

/** One is at its commit when the other begins, and goes on when the other is done. */
async function inTurns<A extends Artifact>({ publish }: Stand<A>): Promise<void> {
  let count = 0
  await publish({
    after: async call => {
      if (call.startsWith('verify') && (count += 1) === 1) await publish()
    },
  })
}

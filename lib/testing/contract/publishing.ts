import type { Artifact } from '../../values/artifact.ts'
import { outlineOf } from './outline-of.ts'
import type { Setting } from './setting.ts'
import { isSight, requireSight } from './sight.ts'
import { undisturbed } from './undisturbed.ts'

/** Up to the commit nobody sees anything, and a run that ends there leaves nothing to be seen. */
export async function stagesUnseen<A extends Artifact>({ at, artifacts }: Setting<A>): Promise<void> {
  await at(async ({ place, publish, destination, run }) => {
    const before = await place.witness()
    const after = async (call: string): Promise<void> => requireSight(await place.witness(), before, `after ${call}, something else is to be seen`)
    await publish({
      after, instead: async () => {
        for (const artifact of artifacts) {
          const { state } = await destination().probe(outlineOf(artifact), run().world)
          if (state === 'public') throw new Error(`${artifact.name} is said to be public while it is staged`)
        }
      },
    })
    requireSight(await place.witness(), before, 'after a run that published nothing, something else is to be seen')
  })
}

/** All that was sent is to be seen at once, nothing else, and it is found again. */
export async function showsAll<A extends Artifact>({ at, artifacts, options: { visible, digests = true } }: Setting<A>): Promise<void> {
  await at(async ({ place, publish, destination, run }) => {
    const before = await place.witness()
    await publish()
    const seen = await place.witness()
    if (visible) requireSight(seen, { ...before, ...visible(artifacts) }, 'after the commit, something else is to be seen')
    else if (isSight(seen, before)) throw new Error('after the commit, nothing new is to be seen')
    for (const artifact of artifacts) {
      const { state, digest } = await destination().probe(outlineOf(artifact), run().world)
      const right = digest === undefined ? !digests : digest === artifact.digest
      const expected = destination().deferred === true ? 'staged' : 'public'
      if (state !== expected || !right) throw new Error(`${artifact.name} is published, and said to be ${state} as ${digest}, not ${expected} as ${artifact.digest}`)
    }
  })
}

/** Once more, from the beginning: what is there is the release's own, nothing changes, nothing is there twice. */
export async function runsAgain<A extends Artifact>({ at, artifacts, said }: Setting<A>): Promise<void> {
  await at(async ({ place, publish, inventory, destination, run }) => {
    await publish()
    const [seen, there] = [await place.witness(), await inventory()]
    for (const what of [artifacts, artifacts.map(outlineOf)]) {
      const problems = await destination().check(run().world, what)
      said.hear('a problem', problems)
      if (problems.length > 0) throw new Error(`check() finds problems with what the same release has published: ${problems.map(({ message }) => message).join('; ')}`)
    }
    await publish()
    requireSight(await place.witness(), seen, 'a second run changed what is to be seen')
    requireSight(await inventory(), there, 'a second run changed what lies there')
  })
}

/** Artifacts are staged as they are made: at once, and in no order. */
export async function takesAllAtOnce<A extends Artifact>(setting: Setting<A>): Promise<void> {
  const whole = await undisturbed(setting)
  await setting.at(async ({ place, publish, inventory }) => {
    await publish({ together: true })
    requireSight(await place.witness(), whole.after, 'staged all at once, something else is to be seen')
    requireSight(await inventory(), whole.inventory, 'staged all at once, something else lies there')
  })
}

import { createServer } from 'node:http'
import { outlineOf } from './outline-of.ts'
import type { Artifact } from '../../values/artifact.ts'
import { listen } from '../listen.ts'
import { requireRefusal } from './require-refusal.ts'
import type { Setting } from './setting.ts'
import { requireSight } from './sight.ts'

/** Nothing has been published yet: all is well, nothing is there, and asking changes nothing. */
export async function looksBefore<A extends Artifact>({ at, artifacts, said }: Setting<A>): Promise<void> {
  await at(async ({ place, destination, run, inventory }) => {
    const [seen, there] = [await place.witness(), await inventory()]
    const problems = await destination().check(run().world, artifacts.map(outlineOf))
    said.hear('a problem', problems)
    if (problems.length > 0) throw new Error(`check() finds problems where there are none: ${problems.map(({ message }) => message).join('; ')}`)
    for (const artifact of artifacts) {
      const { state } = await destination().probe(outlineOf(artifact), run().world)
      if (state !== 'absent') throw new Error(`${artifact.name} is ${state} before anything was published`)
    }
    requireSight(await place.witness(), seen, 'asking changed what is to be seen')
    requireSight(await inventory(), there, 'asking changed what lies there')
  })
}

/** What cannot work is told, not thrown, each with what to do about it. */
export async function tellsProblems<A extends Artifact>({ at, artifacts, said }: Setting<A>): Promise<void> {
  await at(async ({ place, server, run }) => {
    const broken = { ...place.broken?.(server), ...(place.server === undefined ? {} : { 'nobody at its address': place.destination(await nobody()) }) }
    if (Object.keys(broken).length === 0) throw new Error('there is nothing to try: name destinations that cannot work in broken()')
    const seen = await place.witness()
    for (const [why, destination] of Object.entries(broken)) {
      const problems = await destination.check(run().world, artifacts.map(outlineOf))
      said.hear('a problem', problems)
      if (problems.length === 0) throw new Error(`check() finds nothing wrong with ${why}`)
      for (const { message, hint } of problems) requireRefusal(Object.assign(new Error(message), { hint }), `with ${why}`)
    }
    requireSight(await place.witness(), seen, 'asking changed what is to be seen')
  })
}

/** An address at which nobody listens. */
async function nobody(): Promise<string> {
  const { host, close } = await listen(createServer())
  await close()
  return `http://${host}`
}

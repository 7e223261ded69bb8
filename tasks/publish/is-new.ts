import type { World } from '../../lib/contracts/workshop.ts'
import type { Wave } from './commit-all.ts'

/** Whether something is about to become public that is not yet, at a destination that is not on this machine. */
export async function isNew(waves: readonly Wave[], world: World): Promise<boolean> {
  const far = waves.filter(({ shipment }) => shipment.destination.local !== true)
  const found = await Promise.all(far.flatMap(({ shipment, staged }) => staged.map(async ({ artifact }) => {
    const { state, digest, instead } = await shipment.destination.probe(artifact, world)
    const done = state === 'public' || (state === 'staged' && shipment.destination.deferred === true)
    return instead !== undefined || (done && (digest === undefined || digest === artifact.digest))
  })))
  return found.includes(false)
}

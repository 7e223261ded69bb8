import type { Shipment } from '../../lib/graph/shipment.ts'
import { closureOf, inputsOf } from '../../lib/graph/step.ts'
import type { Artifact, At } from '../../lib/values/artifact.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import { isAddress } from '../at.ts'

/**
 * What is to be found at an address has to be sent there, or its users would be sent to nothing. A rehearsal sends nothing
 * anywhere, and its addresses are those that a real one would have.
 */
export function refuseEmptyAddresses(shipments: readonly Shipment[]): void {
  if (shipments.every(({ destination }) => destination.local === true)) return
  const sent = new Set(shipments.flatMap(({ destination, steps }) => steps.map(step => `${destination.name} ${step.recipe}`)))
  const deferred = new Set(shipments.filter(({ destination }) => destination.deferred === true).map(({ destination }) => destination.name))
  for (const step of closureOf(shipments.flatMap(({ steps }) => steps))) {
    if (isAddress(step) && deferred.has(step.outline.destination)) throw refusedAddress(step.outline)
    const [named] = isAddress(step) ? inputsOf(step) : []
    if (!isAddress(step) || !named || sent.has(`${step.outline.destination} ${named.recipe}`)) continue
    throw new ReleaseError(`Cannot publish ${step.outline.name}: it is named as ${step.outline.url}, and nothing sends it to ${step.outline.destination}`, {
      code: 'DESTINATION', hint: 'Send it there in the same publish(), or take it out of what names it.',
    })
  }
}

function refusedAddress({ name, url, destination }: Pick<At<Artifact>, 'name' | 'url' | 'destination'>): ReleaseError {
  return new ReleaseError(`Cannot publish ${name}: it is named as ${url}, and nobody knows when that is there: somebody has to agree to it at ${destination}`, {
    code: 'DESTINATION', hint: 'Name it in the release after this one, or push to the branch: leave out pullRequest.',
  })
}

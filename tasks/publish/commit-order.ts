import { closureOf, type Step } from '../../lib/graph/step.ts'
import type { Shipment } from '../../lib/graph/shipment.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import { isAddress } from '../at.ts'

/** The names of destinations at which a shipment's artifacts name something. */
export function namedBy({ destination, steps }: Shipment): ReadonlySet<string> {
  return new Set(closureOf(steps).filter((step): step is Step => isAddress(step))
    .map(step => (step.outline as { destination?: string }).destination ?? '').filter(name => name !== destination.name))
}

/**
 * The order in which shipments become visible: what is named before what names it, what can be taken back before what cannot; as
 * they were given otherwise.
 * @throws ReleaseError (DESTINATION) where they name each other in a circle
 */
export function commitOrder(shipments: readonly Shipment[]): readonly Shipment[] {
  const names = new Set(shipments.map(({ destination }) => destination.name))
  const waiting = shipments.map(shipment => ({ shipment, after: new Set([...namedBy(shipment)].filter(name => names.has(name))) }))
  const ordered: Shipment[] = []
  while (waiting.length > 0) {
    const free = waiting.filter(({ after }) => after.size === 0)
    const next = free.find(({ shipment }) => shipment.destination.reversible) ?? free[0]
    if (!next) throw circle(waiting.map(({ shipment }) => shipment.destination.name))
    waiting.splice(waiting.indexOf(next), 1)
    for (const { after } of waiting) after.delete(next.shipment.destination.name)
    ordered.push(next.shipment)
  }
  return ordered
}

function circle(names: readonly string[]): ReleaseError {
  return new ReleaseError(`Cannot publish at ${names.join(' and ')}: what is sent to each names something at another, in a circle`, {
    code: 'DESTINATION', hint: 'Split one of them, so that what is named becomes public first.',
  })
}

import type { Destination } from '../../lib/contracts/destination.ts'
import type { Shipment } from '../../lib/graph/shipment.ts'
import { inputsOf, type Step } from '../../lib/graph/step.ts'
import { ReleaseError } from '../../lib/values/errors.ts'

/** Names that differ in case only are one name on the file systems of macOS and Windows. */
export function refuseCollisions({ destination, steps }: Shipment): void {
  const places = new Map<string, Step>()
  for (const step of steps) {
    for (const place of new Set([step.outline.name, destination.url(step.outline)].map(text => text.toLowerCase()))) {
      const earlier = places.get(place)
      if (earlier && earlier.recipe !== step.recipe && !isPackageOf(earlier, step) && !isPackageOf(step, earlier)) throw collision(destination, earlier, step)
      places.set(place, step)
    }
  }
}

/** A chart and its package are one file. */
function isPackageOf(chart: Step, step: Step): boolean {
  return step.outline.kind === 'chart-package' && inputsOf(step).some(({ recipe }) => recipe === chart.recipe)
}

function collision(destination: Destination<never>, { outline: first }: Step, { outline: second }: Step): ReleaseError {
  const targets = first.target ? ` (${first.target} and ${second.target ?? 'another'})` : ''
  const same = first.name.toLowerCase() === second.name.toLowerCase()
  return new ReleaseError(`Cannot publish at ${destination.name}: two artifacts are called ${same ? second.name : destination.url(second)}${targets}`, {
    code: 'NAME', hint: second.kind === 'image' ? 'Give each image a repository of its own: another ociRegistry().' : 'Give one of them another name: the name option of archive() takes a function.',
  })
}

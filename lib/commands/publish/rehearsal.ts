import { closureOf, isDeed, type Step } from '../../graph/step.ts'
import type { Publication } from '../../graph/shipment.ts'
import { ReleaseError } from '../../values/errors.ts'
import { publication } from '../../../tasks/publish.ts'

/** What a step publishes, where it does. */
export function publicationOf({ definition }: Step): Publication | undefined {
  return isDeed(definition) ? definition.publication : undefined
}

export interface Rehearsal {
  readonly steps: readonly Step[]
  /** Destinations that get nothing, because they are not on this machine. */
  readonly withheld: readonly string[]
  /** Whether nothing is left to do but to make what would be sent. */
  readonly idle: boolean
}

/** A goal without what leaves this machine: what `--publish` alone sends. */
export function rehearsalOf(steps: readonly Step[]): Rehearsal {
  const withheld = new Set<string>()
  const left = steps.flatMap(step => {
    const own = publicationOf(step)
    const far = own?.shipments.filter(({ destination }) => destination.local !== true) ?? []
    if (!own || far.length === 0) return [step]
    for (const { destination } of far) withheld.add(destination.name)
    const near = own.shipments.filter(({ destination }) => destination.local === true)
    return near.length === 0 ? [] : [publication({ ...own, shipments: near })]
  })
  const idle = left.length === 0 && steps.length > 0
  return { steps: idle ? withoutDeeds(steps) : left, withheld: [...withheld], idle }
}

/** All that steps need, and nothing that changes anything outside. */
export function withoutDeeds(steps: readonly Step[]): readonly Step[] {
  return closureOf(steps).filter(step => !isDeed(step.definition))
}

/** @throws ReleaseError (USAGE) for a goal that does nothing on this machine */
export function refuseIdle({ name, idle, withheld }: Pick<Rehearsal, 'idle' | 'withheld'> & { readonly name: string }): void {
  if (!idle) return
  throw new ReleaseError(`Cannot run ${name} without --publish: all that it does is send to ${withheld.join(', ')}`, {
    code: 'USAGE', hint: 'Add --publish; with --dry-run beside it nothing is sent, and what would change is shown.',
  })
}

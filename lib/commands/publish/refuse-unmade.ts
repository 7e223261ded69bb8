import { closureOf, isDeed, titleOf, type Step } from '../../graph/step.ts'
import type { Outcomes } from '../../graph/walk.ts'
import { ReleaseError } from '../../values/errors.ts'

/**
 * What has a target was to come with the parts.
 * @throws ReleaseError (FILES) where it would be made here: the parts are of other sources or tools
 */
export function refuseUnmade(steps: readonly Step[], planned: Outcomes): void {
  const unmade = closureOf(steps).filter(step => step.outline.target !== undefined && !isDeed(step.definition) && planned.get(step.recipe)?.state === 'make')
  const [first] = unmade
  if (!first) return
  throw new ReleaseError(`Cannot release from these parts: ${unmade.length} ${unmade.length === 1 ? 'step' : 'steps'} that they should have made ${unmade.length === 1 ? 'is' : 'are'} not in them, such as ${titleOf(first)}`, {
    code: 'FILES', hint: 'Make all parts and the release with the same Go, Node and build.ts, from the same files.',
  })
}

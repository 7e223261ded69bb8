import type { Destination } from '../lib/contracts/destination.ts'
import { isStep, type Step } from '../lib/graph/step.ts'
import { task } from '../lib/graph/task.ts'
import type { Artifact, At, OutlineOf } from '../lib/values/artifact.ts'

interface AddressInput {
  readonly artifact: Artifact
  readonly url: string
  readonly destination: string
}

const address = task<AddressInput, At<Artifact>>({
  name: 'address',
  revision: 1,
  silent: true,
  outline: ({ artifact, url, destination }) => ({ ...artifact, url, destination }),
  depends: ({ artifact: { mediaType, digest, size } }) => ({ mediaType, digest, size }),
  work: async ({ artifact: { mediaType, digest, size } }) => ({ mediaType, digest, size }),
})

/**
 * An artifact with the address at which its users will find it: what a chart, a compose file or a formula names. Naming it
 * sends nothing there; publish() refuses an address at which nothing will be.
 */
export function at<A extends Artifact>(destination: Destination<A>, what: Step<A>): Step<At<A>> {
  const outline = what.outline as OutlineOf<Artifact>
  return address({ artifact: what, url: destination.url(outline), destination: destination.name }) as Step as Step<At<A>>
}

/** Whether a step came of `at`. */
export function isAddress(step: Step): step is Step<At<Artifact>> {
  return isStep(step) && step.definition.name === 'address'
}

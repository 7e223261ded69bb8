import type { Content } from '../../../lib/contracts/content.ts'
import type { Step } from '../../../lib/graph/step.ts'
import type { Artifact } from '../../../lib/values/artifact.ts'
import { graphFixture, made } from '../../support/graph-fixture.ts'

/** Makes artifacts in a content store that a contract gives. */
export async function makeIn<A extends Artifact>(content: Content, steps: readonly Step<A>[]): Promise<readonly A[]> {
  const graph = await graphFixture()
  try {
    const outcomes = await graph.run(steps, { content })
    return steps.map(step => made(outcomes, step))
  } finally {
    await graph.close()
  }
}

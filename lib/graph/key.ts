import type { Digest } from '../values/descriptor.ts'
import { digestOfValue } from '../values/digest.ts'
import type { Observation } from '../contracts/observation.ts'
import type { Step, Work } from './step.ts'

/** The cache key of a step whose inputs are there: task, revision, what the bytes depend on, what was seen outside. */
export function keyOf(step: Step, work: Work, input: Readonly<Record<string, unknown>>, observation: Observation | undefined): Digest {
  return digestOfValue({
    task: work.name,
    revision: work.revision,
    input: work.depends ? work.depends(input as never) : input,
    observed: observation?.value ?? null,
    kind: step.outline.kind,
  })
}

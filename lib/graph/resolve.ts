import type { Artifact } from '../values/artifact.ts'
import type { Outcome } from './outcome.ts'
import { inputsOf, isStep, titleOf, type Step } from './step.ts'
import { mapInput } from './task.ts'

export type Resolved =
  | { readonly input: Record<string, unknown> }
  | {
    readonly instead: Outcome
    /** Of a step that depends on others: its input with the outlines of what they will make. */
    readonly outlined?: Record<string, unknown>
  }

/**
 * A step's input with artifacts in the place of steps; or, where that cannot be, how the step ends instead.
 * A skipped step leaves arrays, and takes a single dependent with it, or one that has to be whole.
 */
export function resolveInput(step: Step, outcomeOf: (input: Step) => Outcome): Resolved {
  const inputs = inputsOf(step).map(input => ({ input, outcome: outcomeOf(input) }))
  const broken = inputs.find(({ outcome }) => outcome.state === 'failed' || outcome.state === 'cancelled')
  if (broken) return { instead: { state: 'cancelled', reason: `it needs ${titleOf(broken.input)}` } }
  for (const value of Object.values(step.input)) {
    const skipped = skipReason(value, outcomeOf, 'whole' in step.definition && (step.definition.whole ?? false))
    if (skipped) return { instead: { state: 'skipped', reason: skipped } }
  }
  const present = Object.fromEntries(Object.entries(step.input).map(([name, value]) =>
    [name, Array.isArray(value) ? value.filter(item => !isStep(item) || outcomeOf(item).state !== 'skipped') : value]))
  if (inputs.some(({ outcome }) => outcome.state === 'make' || outcome.state === 'depends')) {
    return { instead: { state: 'depends' }, outlined: mapInput(present, input => input.outline) }
  }
  return { input: mapInput(present, input => artifactOf(outcomeOf(input))) }
}

function skipReason(value: unknown, outcomeOf: (input: Step) => Outcome, whole: boolean): string | undefined {
  const reasonOf = (one: unknown): string | undefined => {
    const outcome = isStep(one) ? outcomeOf(one) : undefined
    return outcome?.state === 'skipped' ? outcome.reason : undefined
  }
  if (!Array.isArray(value)) return reasonOf(value)
  const reasons = value.map(reasonOf)
  if (whole) return reasons.find(Boolean)
  return value.length > 0 && reasons.every(Boolean) ? reasons[0] : undefined
}

function artifactOf(outcome: Outcome): Artifact {
  if (outcome.state === 'cached' || outcome.state === 'made') return outcome.artifact
  throw new Error(`a step that is ${outcome.state} has no artifact`)
}

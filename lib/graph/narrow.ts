import type { Target } from '../values/target.ts'
import { isStep, type Step } from './step.ts'
import { recompose } from './task.ts'

/**
 * The same steps for fewer targets: what has a target is kept or goes, what joins several gets fewer inputs and is
 * `partial`. A step without what it needs goes too.
 */
export function narrow(steps: readonly Step[], keep: (target: Target) => boolean): readonly Step[] {
  const seen = new Map<string, Step | undefined>()
  const one = (step: Step): Step | undefined => {
    if (!seen.has(step.recipe)) seen.set(step.recipe, narrowed(step, keep, one))
    return seen.get(step.recipe)
  }
  return steps.map(one).filter(step => step !== undefined)
}

function narrowed(step: Step, keep: (target: Target) => boolean, one: (step: Step) => Step | undefined): Step | undefined {
  const { target } = step.outline
  if (target !== undefined) return keep(target) ? step : undefined
  let fewer = false
  const input: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(step.input)) {
    if (!Array.isArray(value)) {
      const kept = isStep(value) ? one(value) : value
      if (isStep(value) && kept === undefined) return undefined
      fewer ||= kept !== value
      input[name] = kept
      continue
    }
    const kept = value.map(item => isStep(item) ? one(item) : item as unknown).filter(item => item !== undefined)
    if (value.some(isStep) && kept.length === 0) return undefined
    fewer ||= kept.length !== value.length || kept.some((item, index) => item !== value[index])
    input[name] = kept
  }
  return fewer ? recompose(step, input) : step
}

import type { Emit } from '../graph/events.ts'
import { observerFor } from '../graph/observer.ts'
import { closureOf, isDeed, titleOf, type Step } from '../graph/step.ts'
import { mapInput } from '../graph/task.ts'
import type { Runtime } from '../runtime.ts'
import { ReleaseError } from '../values/errors.ts'
import type { Problem } from '../values/problem.ts'
import { failuresOf, type Prepared } from './prepare.ts'

/**
 * Every problem that can be known before anything is made, each once: what planning found, what steps that would be made
 * say of themselves, what destinations say.
 */
export async function findProblems(prepared: Prepared, runtime: Runtime, emit: Emit, everything = false): Promise<readonly Error[]> {
  const steps = prepared.goals.flatMap(goal => goal.steps)
  const due = closureOf(steps).filter(step => everything || isDeed(step.definition) || isMade(prepared, step))
  const found = await Promise.all(due.map(step => check(step, prepared, runtime, emit)))
  const errors = [...failuresOf(prepared.planned, steps), ...found.flat()]
  return [...new Map(errors.map(error => [error.message, error])).values()]
}

function isMade({ planned }: Prepared, step: Step): boolean {
  const state = planned.get(step.recipe)?.state
  return state === 'make' || state === 'depends'
}

async function check(step: Step, { release, variables }: Prepared, runtime: Runtime, emit: Emit): Promise<readonly Error[]> {
  if (!step.definition.check) return []
  const options = runtime.walk('plan', emit, release, variables)
  const observer = observerFor(step, options, options.signal, options.shared)
  try {
    const outlined = mapInput(step.input, input => input.outline)
    return (await step.definition.check(outlined as never, observer)).map(asError)
  } catch (error) {
    return [error instanceof Error ? error : new ReleaseError(`Cannot check ${titleOf(step)}: ${String(error)}`, { code: 'USAGE' })]
  }
}

function asError({ message, hint, code }: Problem): ReleaseError {
  return new ReleaseError(message, { code: code ?? 'DESTINATION', ...(hint === undefined ? {} : { hint }) })
}

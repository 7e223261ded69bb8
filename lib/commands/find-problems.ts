import type { Emit } from '../graph/events.ts'
import { observerFor } from '../graph/observer.ts'
import { closureOf, isDeed, titleOf, type Step } from '../graph/step.ts'
import { mapInput } from '../graph/task.ts'
import type { Runtime } from '../runtime.ts'
import { ReleaseError } from '../values/errors.ts'
import type { Problem } from '../values/problem.ts'
import { distinctErrors, failuresOf, type Failure } from './failures-of.ts'
import type { Prepared } from './prepare.ts'

/**
 * Every problem that can be known before anything is made, each once: what planning found, what steps that would be made
 * say of themselves, what destinations say.
 */
export async function findProblems(prepared: Prepared, runtime: Runtime, emit: Emit, everything = false): Promise<readonly Error[]> {
  const steps = prepared.goals.flatMap(goal => goal.steps)
  const due = closureOf(steps).filter(step => everything || isDeed(step.definition) || isMade(prepared, step))
  const found = await Promise.all(due.map(step => check(step, prepared, runtime, emit)))
  return distinctErrors([...failuresOf(prepared.planned, steps), ...found.flat()])
}

function isMade({ planned }: Prepared, step: Step): boolean {
  const state = planned.get(step.recipe)?.state
  return state === 'make' || state === 'depends'
}

async function check(step: Step, { release, variables }: Prepared, runtime: Runtime, emit: Emit): Promise<readonly Failure[]> {
  const { target } = step.outline
  if (!step.definition.check) return []
  const options = runtime.walk('plan', emit, release, variables)
  const observer = observerFor(step, options, options.signal, options.shared)
  try {
    const outlined = mapInput(step.input, input => input.outline)
    return (await step.definition.check(outlined as never, observer)).map(problem => ({ error: asError(problem), target }))
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new ReleaseError(`Cannot check ${titleOf(step)}: ${String(thrown)}`, { code: 'USAGE' })
    return [{ error, target }]
  }
}

function asError({ message, hint, code }: Problem): ReleaseError {
  return new ReleaseError(message, { code: code ?? 'DESTINATION', ...(hint === undefined ? {} : { hint }) })
}

import type { Emit } from '../../graph/events.ts'
import { lookoutFor } from '../../graph/lookout.ts'
import { closureOf, inputsOf, isDeed, titleOf, type Step } from '../../graph/step.ts'
import { mapInput } from '../../graph/task.ts'
import type { Outcomes } from '../../graph/walk.ts'
import type { Runtime } from '../../runtime.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Problem } from '../../values/problem.ts'
import { distinctErrors, failuresOf, type Failure } from '../run/failures-of.ts'
import type { Prepared } from '../prepare.ts'
import { elsewhereProblems, publishesElsewhere } from '../publish/publishes-elsewhere.ts'
import type { Setting } from '../setting.ts'

/**
 * Every problem that can be known before anything is made, each once: what planning found, what steps that would be made
 * say of themselves, what destinations say, and whether the commit is one to publish.
 */
export async function findProblems(prepared: Prepared, { setting, runtime, emit, everything = false }: Looking): Promise<readonly Error[]> {
  const steps = prepared.goals.flatMap(goal => goal.steps)
  const due = closureOf(steps).filter(step => everything || isDeed(step.definition) || isMade(prepared, step))
  const [commit, ...found] = await Promise.all([commitProblems(prepared, steps, { setting, runtime, emit, everything }), ...due.map(step => check(step, prepared, runtime, emit))])
  return distinctErrors([...commit.map(error => ({ error })), ...failuresOf(prepared.planned, steps), ...found.flat()])
}

export interface Looking {
  readonly setting: Setting
  readonly runtime: Runtime
  readonly emit: Emit
  /** Steps that are in the cache are asked, too, and what is withheld counts as if it were sent. */
  readonly everything?: boolean
}

/** What is about the commit and its tag, where something leaves this machine. */
async function commitProblems({ goals, release: { version } }: Prepared, steps: readonly Step[], { setting, emit, everything }: Looking): Promise<readonly ReleaseError[]> {
  const publishing = publishesElsewhere(steps).length > 0
  if (!publishing && !(everything && goals.some(({ withheld }) => withheld.length > 0))) return []
  const { futureNotice, tagProblems } = await import('./tag-problems.ts')
  const future = futureNotice(version, Date.now())
  if (future !== undefined) emit({ type: 'notice', line: future })
  const { tag, snapshot } = version
  return [...elsewhereProblems(steps, version), ...tag === undefined || snapshot ? [] : await tagProblems({ ...version, tag }, { setting, emit, publishing })]
}

function isMade({ planned }: Prepared, step: Step): boolean {
  const state = planned.get(step.recipe)?.state
  return state === 'make' || state === 'depends'
}

async function check(step: Step, { planned, release, variables }: Prepared, runtime: Runtime, emit: Emit): Promise<readonly Failure[]> {
  const { target } = step.outline
  if (!step.definition.check) return []
  const options = runtime.walk('plan', emit, release, variables)
  try {
    const outlined = mapInput(step.input, input => knownOf(input, planned))
    return (await step.definition.check(outlined as never, lookoutFor(step, options))).map(problem => ({ error: asError(problem), target }))
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new ReleaseError(`Cannot check ${titleOf(step)}: ${String(thrown)}`, { code: 'USAGE' })
    return [{ error, target }]
  }
}

/** What is known of a step: a receipt is of the artifact itself where that was made already, not of its outline. */
function knownOf(step: Step, planned: Outcomes): Step['outline'] {
  const [sent] = step.outline.kind === 'receipt' ? inputsOf(step) : []
  const outcome = sent && planned.get(sent.recipe)
  return outcome && 'artifact' in outcome ? { ...step.outline, of: outcome.artifact } as Step['outline'] : step.outline
}

function asError({ message, hint, code }: Problem): ReleaseError {
  return new ReleaseError(message, { code: code ?? 'DESTINATION', ...(hint === undefined ? {} : { hint }) })
}

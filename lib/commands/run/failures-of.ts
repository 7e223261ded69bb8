import { closureOf, type Step } from '../../graph/step.ts'
import type { Outcomes } from '../../graph/walk.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Target } from '../../values/target.ts'

/** What went wrong, and for which platform, where it is about one. */
export interface Failure {
  readonly error: Error
  readonly target?: Target | undefined
}

/** The failures of steps and of all that they need. */
export function failuresOf(outcomes: Outcomes, steps: readonly Step[]): readonly Failure[] {
  return closureOf(steps).flatMap(step => {
    const outcome = outcomes.get(step.recipe)
    return outcome?.state === 'failed' ? [{ error: outcome.error, target: step.outline.target }] : []
  })
}

/** Each failure once: what is wrong in the same way for several platforms is one error that names them all. */
export function distinctErrors(failures: readonly Failure[]): readonly Error[] {
  const groups = new Map<string, [Failure, ...Failure[]]>()
  for (const failure of failures) {
    const key = likeness(failure)
    const group = groups.get(key)
    if (group) group.push(failure)
    else groups.set(key, [failure])
  }
  return [...groups.values()].map(merged)
}

/** What is left of an error when its platform is taken out. */
function likeness({ error, target }: Failure): string {
  const { message, hint, output, code } = error as ReleaseError
  return JSON.stringify([code, message, hint, output].map(text => target === undefined ? text : text?.replaceAll(target, '{}')))
}

function merged([{ error, target }, ...others]: readonly [Failure, ...Failure[]]): Error {
  const more = [...new Set(others.map(other => other.target))].filter(other => other !== undefined && other !== target)
  if (!(error instanceof ReleaseError) || target === undefined || more.length === 0) return error
  const { code, message, hint, output, cause } = error
  const all = `${[target, ...more.slice(0, -1)].join(', ')} and ${more.at(-1)}`
  return new ReleaseError(message.replaceAll(target, all), {
    code, cause, ...(output === undefined ? {} : { output }),
    ...(hint === undefined ? {} : { hint: hint.replaceAll(target, 'them') }),
  })
}

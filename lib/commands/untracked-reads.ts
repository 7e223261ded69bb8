import { isAbsolute, relative, resolve } from 'node:path'
import { observerFor } from '../graph/observer.ts'
import { closureOf, isDeed } from '../graph/step.ts'
import { mapInput } from '../graph/task.ts'
import type { Runtime } from '../runtime.ts'
import type { Prepared } from './prepare.ts'

/** Files that steps read and git does not know. */
export async function untrackedReads(runtime: Runtime, prepared: Prepared): Promise<readonly string[]> {
  const { repository, outputs } = prepared
  const reads = new Set(await readsOf(runtime, prepared))
  if (reads.size === 0) return []
  const { trackedFiles } = await import('../clients/git.ts')
  const tracked = await trackedFiles(runtime.exec({}), repository)
  return [...reads].filter(file => !tracked.has(resolve(file)) && !outputs.some(output => isInside(file, output))).sort()
}

/** What steps read outside of their inputs; those too that wait for others, or the next run would give another version. */
async function readsOf(runtime: Runtime, { goals, planned, release, variables }: Prepared): Promise<readonly string[]> {
  const options = runtime.walk('plan', () => undefined, release, variables)
  const reads = closureOf(goals.flatMap(goal => goal.steps)).map(async step => {
    const outcome = planned.get(step.recipe)
    if (outcome && 'reads' in outcome) return outcome.reads ?? []
    if (outcome?.state !== 'depends' || isDeed(step.definition)) return []
    const outlined = mapInput(step.input, input => input.outline)
    // What is wrong here is said when the step runs.
    const observer = observerFor(step, options, options.signal, options.shared)
    const observation = await step.definition.observe?.(outlined as never, observer).catch(() => undefined)
    return observation?.reads ?? []
  })
  return (await Promise.all(reads)).flat()
}

function isInside(file: string, folder: string): boolean {
  const path = relative(folder, file)
  return path === '' || (!path.startsWith('..') && !isAbsolute(path))
}

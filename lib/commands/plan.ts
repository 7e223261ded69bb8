import { closureOf, inputsOf, isDeed, isSending, isSilent, titleOf, type Step } from '../graph/step.ts'
import type { OutlineOf } from '../values/artifact.ts'
import type { Image } from '../values/image.ts'
import type { Json } from '../values/json.ts'
import { readableBytes } from '../values/readable.ts'
import type { AbsentTarget } from '../values/release.ts'
import { distinctErrors, failuresOf } from './run/failures-of.ts'
import { mainGoals, prepare, type Prepared } from './prepare.ts'
import { errorData, printErrors } from './run/print-errors.ts'
import { refuseElsewhere } from './publish/publishes-elsewhere.ts'
import type { Setting } from './setting.ts'
import { table } from './table.ts'
import { withRuntime } from './with-runtime.ts'

/** Prints what would be made: names, platforms, inputs, and what is in the cache already. Nothing is made. */
export async function plan(setting: Setting): Promise<number> {
  return withRuntime(setting, async runtime => {
    const notices = new Set<string>()
    const prepared = await prepare(setting, runtime, event => { if (event.type === 'notice') notices.add(event.line) }, mainGoals)
    for (const { steps: wanted } of prepared.goals) refuseElsewhere(wanted, prepared.release.version)
    const steps = closureOf(prepared.goals.flatMap(goal => goal.steps)).filter(step => !isSending(step) && !isSilent(step))
    const failures = distinctErrors(failuresOf(prepared.planned, steps))
    if (setting.options.json) process.stdout.write(`${JSON.stringify(asData(prepared, steps, [...notices]), null, 2)}\n`)
    else {
      process.stdout.write(asText(prepared, steps))
      for (const notice of notices) process.stderr.write(`notice: ${notice}\n`)
      if (failures.length > 0) printErrors(failures)
    }
    return failures.length > 0 ? 1 : 0
  })
}

function asData({ goals, release, planned }: Prepared, steps: readonly Step[], notices: readonly string[]): Json {
  const { version, project, toolchain, targets, absent } = release
  return {
    goals: goals.map(({ name }) => name), version: { ...version }, project: { name: project.name, module: project.module }, go: toolchain.go,
    targets, absent: absent.map(one => ({ ...one })), notices,
    steps: steps.map(step => {
      const { kind, name, target } = step.outline
      const outcome = planned.get(step.recipe)
      return {
        step: titleOf(step), kind, name, ...(target === undefined ? {} : { target }), state: stateOf(step, outcome?.state),
        ...(absentIn(step.outline).length > 0 ? { absent: absentIn(step.outline).map(one => ({ ...one })) } : {}),
        inputs: inputsOf(step).map(titleOf), partial: step.partial,
        ...(outcome?.state === 'cached' ? { digest: outcome.artifact.digest, size: outcome.artifact.size } : {}),
        ...(outcome?.state === 'skipped' || outcome?.state === 'cancelled' ? { reason: outcome.reason } : {}),
        ...(outcome?.state === 'failed' ? { error: errorData(outcome.error) } : {}),
      }
    }),
  }
}

function asText({ release, planned }: Prepared, steps: readonly Step[]): string {
  const { version, project, toolchain, absent } = release
  const rows = steps.map(step => {
    const outcome = planned.get(step.recipe)
    const size = outcome?.state === 'cached' ? readableBytes(outcome.artifact.size) : ''
    const why = outcome?.state === 'skipped' ? `: ${outcome.reason}` : ''
    return [step.definition.name, step.outline.name, step.outline.target ?? '', inputsText(step), `${stateOf(step, outcome?.state)}${why}`, size]
  })
  const heading = `${project.name} ${version.semver} (${version.tag ?? 'no tag'}, ${version.commit.slice(0, 12)}), ${toolchain.go}\n\n`
  const missing = absent.length === 0 ? '' : `\nNot built, because there is no such platform\n${table(absent.map(({ target, reason }) => [`  ${target}`, reason]))}`
  const lacking = steps.flatMap(({ outline }) => absentIn(outline).map(({ target, reason }) => [`  ${outline.name}`, target, reason]))
  const without = lacking.length === 0 ? '' : `\nNot in an image, because its base has no such platform\n${table(lacking)}`
  return heading + table([['step', 'name', 'target', 'from', 'state', 'size'], ...rows]) + missing + without
}

/** Platforms that an image was to have. */
function absentIn(outline: Step['outline']): readonly AbsentTarget[] {
  return outline.kind === 'image' ? (outline as OutlineOf<Image>).absent : []
}

function inputsText(step: Step): string {
  const counts = new Map<string, number>()
  for (const input of inputsOf(step)) counts.set(input.outline.kind, (counts.get(input.outline.kind) ?? 0) + 1)
  return [...counts].map(([kind, count]) => count === 1 ? kind : `${count} x ${kind}`).join(', ')
}

function stateOf(step: Step, state: string | undefined): string {
  if (isDeed(step.definition)) return 'publish'
  if (state === 'cached') return 'cached'
  return state === 'depends' || state === undefined ? 'make' : state
}

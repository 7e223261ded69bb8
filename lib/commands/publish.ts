import { foldersOf } from '../destinations/directory.ts'
import type { Emit } from '../graph/events.ts'
import { closureOf, type Step } from '../graph/step.ts'
import type { Publication } from '../graph/shipment.ts'
import { walk, type Outcomes } from '../graph/walk.ts'
import type { Runtime } from '../runtime.ts'
import { ReleaseError } from '../values/errors.ts'
import { madeBefore } from '../../tasks/made.ts'
import { publication, send } from '../../tasks/publish.ts'
import { distinctErrors, failuresOf } from './run/failures-of.ts'
import { mainGoals, prepareOnly, type Unplanned } from './prepare.ts'
import { publicationOf } from './publish/rehearsal.ts'
import { runReported, type Run } from './run/reported.ts'
import type { Setting } from './setting.ts'
import { madeRelease, takeArtifact } from './publish/taken-from-folder.ts'

/** Publishes the folder that an earlier run made, here or on another machine, without making anything. @returns the exit code */
export async function publishMade(setting: Setting): Promise<number> {
  return runReported({ ...setting, options: { ...setting.options, publish: true } }, ['publish'], async (run, emit) => {
    const prepared = await prepareOnly(run.setting, run.runtime, emit, mainGoals)
    run.opened = prepared
    const steps = await steppedFrom(setting, run.runtime, prepared)
    const problems = await checkAll(steps, run, prepared, emit)
    if (problems.length > 0) return problems
    run.renderer.start(closureOf(steps), new Map(), () => undefined)
    if (setting.options.dryRun) return dryRun(setting, run.runtime, steps)
    const outcomes = await walk(steps, { ...run.runtime.walk('run', emit, prepared.release, prepared.variables), strict: true })
    return distinctErrors(failuresOf(outcomes, steps))
  })
}

/** The goals' publications with what the folder holds in the place of what would be made. */
async function steppedFrom(setting: Setting, runtime: Runtime, { goals, release }: Unplanned): Promise<readonly Step[]> {
  const { folder } = foldersOf('dist', setting.place)
  const made = await madeRelease(folder, release)
  const content = runtime.cache.content
  const wanted = goals.flatMap(({ steps }) => steps).flatMap(step => publicationOf(step) ?? [])
  const elsewhere = wanted.map(one => ({ ...one, shipments: one.shipments.filter(({ destination }) => !writes(destination.outputs?.(setting.place) ?? [], folder)) }))
  const sent = elsewhere.filter(({ shipments }) => shipments.length > 0)
  if (sent.length === 0) {
    throw new ReleaseError(`Cannot publish ${goals.map(({ name }) => name).join(', ')}: build.ts sends nothing anywhere but to ${folder}`, {
      code: 'USAGE', hint: 'Send it somewhere: publish(send(ociRegistry(\'ghcr.io/example/gateway\'), images)).',
    })
  }
  return Promise.all(sent.map(async ({ shipments, failures }: Publication) => publication({
    failures,
    shipments: await Promise.all(shipments.map(async ({ destination, steps }) => ({
      ...send(destination as never), steps: await Promise.all(steps.map(async step => madeBefore(await takeArtifact(step.outline, made, content, setting.signal)))),
    }))),
  })))
}

function writes(outputs: readonly string[], folder: string): boolean {
  return outputs.includes(folder)
}

async function checkAll(steps: readonly Step[], { setting, runtime }: Run, { release, variables }: Unplanned, emit: Emit): Promise<readonly unknown[]> {
  const { findProblems } = await import('./check/find-problems.ts')
  const planned = await takenIn(steps, runtime)
  return findProblems({ goals: [{ name: 'publish', steps, withheld: [], idle: false }], planned, release, variables, repository: '', outputs: [] }, { setting, runtime, emit })
}

/** What is sent, as the folder has it. */
async function takenIn(steps: readonly Step[], runtime: Runtime): Promise<Outcomes> {
  return walk(steps.flatMap(step => publicationOf(step)?.shipments ?? []).flatMap(shipment => shipment.steps), runtime.walk('run', () => undefined))
}

async function dryRun(setting: Setting, runtime: Runtime, steps: readonly Step[]): Promise<readonly unknown[]> {
  return (await import('./publish/dry-run.ts')).showDryRun(setting, runtime, steps, await takenIn(steps, runtime))
}

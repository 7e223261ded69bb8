import type { Destination } from '../contracts/destination.ts'
import { closureOf, type Step } from '../graph/step.ts'
import { effect } from '../graph/task.ts'
import { walk } from '../graph/walk.ts'
import type { Artifact } from '../values/artifact.ts'
import { digestOf } from '../values/digest.ts'
import { ReleaseError } from '../values/errors.ts'
import type { Outline } from '../values/outline.ts'
import { confirm } from './confirm.ts'
import { distinctErrors, failuresOf } from './run/failures-of.ts'
import { mainGoals, prepareOnly } from './prepare.ts'
import { publicationOf } from './publish/rehearsal.ts'
import { runReported } from './run/reported.ts'
import type { Setting } from './setting.ts'

type Retraction = Artifact<'retraction'>

/**
 * Takes a version back from where it was published, in the order opposite to that in which it became public, and says what
 * cannot be taken back. Asks first.
 * @returns the exit code; 1 where something stays
 */
export async function retract(setting: Setting): Promise<number> {
  const asked: Setting = { ...setting, anywhere: true, options: { ...setting.options, publish: true } }
  return runReported(asked, ['retract'], async (run, emit) => {
    const opened = await prepareOnly(asked, run.runtime, emit, mainGoals)
    run.opened = opened
    const { version } = opened.release
    if (version.snapshot) throw new ReleaseError('Cannot retract a snapshot: it was published nowhere', { code: 'VERSION', hint: 'Name a version: npx tsx build.ts retract 1.2.3' })
    const places = placesOf(opened.goals.flatMap(goal => goal.steps))
    if (places.length === 0) throw new ReleaseError('Cannot retract anything: build.ts sends nothing beyond this machine', { code: 'USAGE', hint: 'Name the goal that publishes.' })
    for (const { destination } of places) if (!destination.reversible) emit({ type: 'notice', line: `${destination.name} takes nothing back` })
    process.stderr.write(`${version.semver} would be taken back from:\n${places.map(({ destination, what }) => `  ${destination.name}: ${what.length} ${what.length === 1 ? 'artifact' : 'artifacts'}\n`).join('')}`)
    if (asked.options.dryRun) return []
    if (!await confirm(asked, `Take ${version.semver} back?`)) return [new ReleaseError(`Nothing was taken back of ${version.semver}`, { code: 'USAGE', hint: 'Say --yes to agree to it.' })]
    const problems: ReleaseError[] = []
    let before: readonly Step[] = []
    for (const place of places) before = [retraction(place, before, problems)]
    run.renderer.start(closureOf(before), new Map(), () => undefined)
    const outcomes = await walk(before, run.runtime.walk('run', emit, opened.release, opened.variables))
    return [...distinctErrors(failuresOf(outcomes, before)), ...problems]
  })
}

interface Published {
  readonly destination: Destination<never>
  readonly what: readonly Outline[]
}

/** Every destination that is not on this machine, the last one first. */
function placesOf(steps: readonly Step[]): readonly Published[] {
  const shipments = steps.flatMap(step => publicationOf(step)?.shipments ?? [])
  const places = new Map<string, Published>()
  for (const { destination, steps: sent } of shipments) {
    if (destination.rehearsal === true) continue
    const earlier = places.get(destination.name)
    places.set(destination.name, { destination: earlier?.destination ?? destination, what: [...earlier?.what ?? [], ...sent.map(step => step.outline)] })
  }
  return [...places.values()].reverse()
}

/** One place after the other, whatever becomes of those before it. */
function retraction({ destination, what }: Published, before: readonly Step[], problems: ReleaseError[]): Step<Retraction> {
  return effect<{ readonly destination: string; readonly before: readonly Artifact[] }, Retraction>({
    name: 'retract',
    outline: () => ({ kind: 'retraction', name: destination.name }),
    perform: async (_input, world) => {
      try {
        const session = await destination.open(world.release, world)
        try {
          const found = await session.retract(what, world)
          problems.push(...found.map(({ message, hint, code }) => new ReleaseError(message, { code: code ?? 'DESTINATION', ...hint === undefined ? {} : { hint } })))
        } finally {
          await session.close?.()
        }
      } catch (error) {
        world.signal.throwIfAborted()
        problems.push(error instanceof ReleaseError ? error : new ReleaseError(`Cannot take anything back from ${destination.name}: ${(error as Error).message}`, { code: 'DESTINATION', cause: error }))
      }
      return { mediaType: 'text/plain', digest: digestOf(''), size: 0 }
    },
  })({ destination: destination.name, before })
}

import type { Emit } from '../graph/events.ts'
import { closureOf, type Step } from '../graph/step.ts'
import { walk, type Outcomes } from '../graph/walk.ts'
import { ReleaseError } from '../values/errors.ts'
import type { Version } from '../values/version.ts'
import { distinctErrors, failuresOf } from './run/failures-of.ts'
import { findProblems } from './check/find-problems.ts'
import { otherBytes } from './promote/other-bytes.ts'
import { mainGoals, prepare, type Prepared } from './prepare.ts'
import { probeFar } from './promote/probe-far.ts'
import type { Probed } from './publish/probes.ts'
import { keepProof } from './promote/proof.ts'
import { promotionRules } from './promote/rules.ts'
import { refuseElsewhere } from './publish/publishes-elsewhere.ts'
import { refuseFew } from './promote/refuse-few.ts'
import { refuseYoung } from './promote/refuse-young.ts'
import { withoutDeeds } from './publish/rehearsal.ts'
import { runReported, type Run } from './run/reported.ts'
import { sameButVersion } from './promote/same-but-version.ts'
import type { Setting } from './setting.ts'

interface Made extends Prepared {
  readonly steps: readonly Step[]
  readonly outcomes: Outcomes
}

/**
 * Releases a candidate as a stable version: first it is made again and held against what was published of it, bit for bit; then
 * the stable version is made, and shown to differ from it in the version alone; then that is published. Where the base of versions
 * is what is stamped, its binaries, archives and images have to be the candidate's own. Both tags stand on the commit that is
 * checked out.
 * @returns the exit code
 */
export async function promote(setting: Setting, candidate: string, to: string): Promise<number> {
  const { days, candidates } = promotionRules(setting.definition)
  return runReported(setting, [`promote ${candidate} to`], async (run, emit) => {
    const first = await read(run, emit, candidate)
    run.opened = first
    const { version } = first.release
    if (!version.prerelease) throw new ReleaseError(`Cannot promote ${candidate}: it is no candidate`, { code: 'VERSION', hint: 'Name one such as 1.2.3-rc.1.' })
    await refuseYoung({ exec: run.runtime.exec({}), folder: setting.folder }, version, days)
    const second = await read(run, emit, to)
    const target = second.release.version
    if (target.prerelease || target.base !== version.base) {
      throw new ReleaseError(`Cannot promote ${version.semver} to ${target.semver}: that is not the version that it is a candidate of`, { code: 'VERSION', hint: `Tag the commit, and name that: git tag v${version.base}` })
    }
    const known = await findProblems(second, { setting, runtime: run.runtime, emit })
    if (known.length > 0) return known
    const from = await made(run, emit, first)
    const published = await asPublished(run, from)
    await refuseFew(run, version, candidates)
    const stable = await made(run, emit, second)
    run.opened = stable
    const { pairs, differing } = sameButVersion({ version, steps: all(from) }, { version: target, steps: all(stable) })
    if (differing.length > 0) throw changed(version.semver, target.semver, differing)
    if (version.stamp === target.stamp) {
      const others = await otherBytes({ pairs, first: from.outcomes, second: stable.outcomes, content: run.runtime.cache.content })
      if (others.length > 0) throw notMovable(version, target.semver, others)
    }
    await keepProof(setting, { from: { version, outcomes: from.outcomes }, to: { version: target, outcomes: stable.outcomes }, published, pairs })
    // Once more, now that every digest is known.
    const problems = await findProblems({ ...stable, planned: stable.outcomes }, { setting, runtime: run.runtime, emit: event => { if (event.type !== 'notice') emit(event) } })
    if (problems.length > 0 || setting.options.dryRun) return problems
    run.renderer.start(closureOf(stable.steps), stable.planned, () => undefined)
    const options = { ...run.runtime.walk('run', emit, stable.release, stable.variables), strict: true }
    return distinctErrors(failuresOf(await walk(stable.steps, options), stable.steps))
  })
}

function all({ steps }: Made): readonly Step[] {
  return closureOf(withoutDeeds(steps))
}

/** A version as it would be published. @throws ReleaseError (VERSION, USAGE) for what nobody else may have */
async function read({ setting, runtime }: Run, emit: Emit, version: string): Promise<Prepared> {
  const asked: Setting = { ...setting, options: { ...setting.options, version, publish: true } }
  const prepared = await prepare(asked, runtime, emit, mainGoals)
  for (const { steps } of prepared.goals) refuseElsewhere(steps, prepared.release.version)
  return prepared
}

/** Makes a version, and publishes nothing. @throws AggregateError where something of it cannot be made */
async function made({ runtime }: Run, emit: Emit, prepared: Prepared): Promise<Made> {
  const steps = prepared.goals.flatMap(goal => goal.steps)
  const outcomes = await walk(withoutDeeds(steps), { ...runtime.walk('run', emit, prepared.release, prepared.variables), strict: true })
  const errors = distinctErrors(failuresOf(outcomes, withoutDeeds(steps)))
  const [first, ...more] = errors
  if (first) throw more.length === 0 ? first : new AggregateError(errors, `Cannot make ${prepared.release.version.semver}`)
  return { ...prepared, steps, outcomes }
}

/** What is published of the candidate. @throws ReleaseError (DIFFERENT) where that is not what was made */
async function asPublished({ setting, runtime }: Run, { steps, outcomes, release }: Made): Promise<readonly Probed[]> {
  const { far, taken } = await probeFar(steps, outcomes, { exec: runtime.exec({}), signal: setting.signal, place: setting.place })
  const wrong = far.filter(({ state, proposed }) => state !== 'same' && state !== 'public' && proposed !== true)
  const { semver } = release.version
  if (far.length === 0) throw nowhere(semver, taken)
  if (wrong.length === 0) return far
  const unknown = wrong.find(({ error }) => error !== undefined)?.error
  if (unknown instanceof Error) throw unknown
  const lines = wrong.map(({ destination, name, state, digest, own }) => `  ${name} at ${destination}: ${state === 'different' ? `${digest} there, ${own} made now` : 'not published'}`)
  throw new ReleaseError([`Cannot promote ${semver}: what was published of it is not what this commit gives`, ...lines].join('\n'), {
    code: 'DIFFERENT', hint: 'Make it reproducible (check --reproducible says where it is not), or publish another candidate.',
  })
}

function nowhere(semver: string, [taken]: readonly Probed[]): ReleaseError {
  const why = taken ? `${taken.destination} has ${taken.instead} in its place, and build.ts sends it nowhere else` : 'build.ts sends nothing beyond this machine'
  return new ReleaseError(`Cannot promote ${semver}: ${why}`, {
    code: 'USAGE', hint: taken ? 'What was published of it can be seen no more: publish another candidate, or send it to a place that keeps many versions too.' : 'Candidates are published first: npx tsx build.ts release --publish',
  })
}

/** The candidate's bytes cannot be those of the stable version. */
function notMovable({ semver, stamp }: Version, to: string, others: readonly string[]): ReleaseError {
  return new ReleaseError([`Cannot promote ${semver} to ${to}: both are stamped ${stamp}, and their bytes are not the same`, ...listed(others)].join('\n'), {
    code: 'DIFFERENT', hint: 'Stamp version.stamp in the place of version.semver, and let nothing else in them say the version.',
  })
}

function listed(lines: readonly string[]): readonly string[] {
  return [...lines.slice(0, 10).map(line => `  ${line}`), ...lines.length > 10 ? [`  and ${lines.length - 10} more`] : []]
}

function changed(from: string, to: string, steps: readonly string[]): ReleaseError {
  return new ReleaseError([`Cannot promote ${from} to ${to}: these would be made from something else beside the version`, ...listed(steps)].join('\n'), {
    code: 'DIFFERENT', hint: 'Look where build.ts asks for the version: what depends on it (prerelease, base) was not what was tried.',
  })
}

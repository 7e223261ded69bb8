import { join } from 'node:path'
import { writeWhole } from '../clients/write-whole.ts'
import type { Emit } from '../graph/events.ts'
import { closureOf, isSilent, type Step } from '../graph/step.ts'
import { walk, type Outcomes } from '../graph/walk.ts'
import { ReleaseError } from '../values/errors.ts'
import type { Version } from '../values/version.ts'
import { distinctErrors, failuresOf } from './failures-of.ts'
import { findProblems } from './find-problems.ts'
import { otherBytes } from './other-bytes.ts'
import { mainGoals, prepare, type Prepared } from './prepare.ts'
import { probeAll, type Probed } from './probes.ts'
import { withoutDeeds } from './rehearsal.ts'
import { refuseYoung } from './refuse-young.ts'
import { runReported, type Run } from './run-reported.ts'
import { sameButVersion } from './same-but-version.ts'
import type { Setting } from './setting.ts'
import { table } from './table.ts'

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
  return runReported(setting, [`promote ${candidate} to`], async (run, emit) => {
    const from = await made(run, emit, candidate)
    run.opened = from
    const { version } = from.release
    if (!version.prerelease) throw new ReleaseError(`Cannot promote ${candidate}: it is no candidate`, { code: 'VERSION', hint: 'Name one such as 1.2.3-rc.1.' })
    await refuseYoung(setting, version, run.runtime.exec({}))
    const published = await asPublished(run, from)
    const stable = await made(run, emit, to)
    run.opened = stable
    const target = stable.release.version
    if (target.prerelease || target.base !== version.base) {
      throw new ReleaseError(`Cannot promote ${version.semver} to ${target.semver}: that is not the version that it is a candidate of`, { code: 'VERSION', hint: `Tag the commit, and name that: git tag v${version.base}` })
    }
    const { pairs, differing } = sameButVersion({ version, steps: all(from) }, { version: target, steps: all(stable) })
    if (differing.length > 0) throw changed(version.semver, target.semver, differing)
    if (version.stamp === target.stamp) {
      const others = await otherBytes({ pairs, first: from.outcomes, second: stable.outcomes, content: run.runtime.cache.content })
      if (others.length > 0) throw notMovable(version, target.semver, others)
    }
    await keepProof(run, { from, stable, published, pairs })
    const problems = await findProblems(stable, run.runtime, emit)
    if (problems.length > 0 || setting.options.dryRun) return problems
    run.renderer.start(closureOf(stable.steps), stable.planned, () => undefined)
    const options = { ...run.runtime.walk('run', emit, stable.release, stable.variables), strict: true }
    return distinctErrors(failuresOf(await walk(stable.steps, options), stable.steps))
  })
}

function all({ steps }: Made): readonly Step[] {
  return closureOf(withoutDeeds(steps))
}

/** Makes a version, and publishes nothing. @throws AggregateError where something of it cannot be made */
async function made({ setting, runtime }: Run, emit: Emit, version: string): Promise<Made> {
  const asked: Setting = { ...setting, options: { ...setting.options, version, publish: true } }
  const prepared = await prepare(asked, runtime, emit, mainGoals)
  const steps = prepared.goals.flatMap(goal => goal.steps)
  const outcomes = await walk(withoutDeeds(steps), { ...runtime.walk('run', emit, prepared.release, prepared.variables), strict: true })
  const errors = distinctErrors(failuresOf(outcomes, withoutDeeds(steps)))
  const [first, ...more] = errors
  if (first) throw more.length === 0 ? first : new AggregateError(errors, `Cannot make ${version}`)
  return { ...prepared, steps, outcomes }
}

/** What is published of the candidate. @throws ReleaseError (DIFFERENT) where that is not what was made */
async function asPublished({ setting, runtime }: Run, { steps, outcomes, release }: Made): Promise<readonly Probed[]> {
  const probes = await probeAll(steps, outcomes, { exec: runtime.exec({}), signal: setting.signal, place: setting.place })
  // Where only the highest stable version stands, no candidate is once there is one.
  const far = probes.filter(({ destination, instead }) => instead === undefined && !isRehearsal(steps, destination))
  const wrong = far.filter(({ state }) => state !== 'same' && state !== 'public')
  const { semver } = release.version
  if (far.length === 0) throw new ReleaseError(`Cannot promote ${semver}: build.ts sends nothing beyond this machine`, { code: 'USAGE', hint: 'Candidates are published first: npx tsx build.ts release --publish' })
  if (wrong.length === 0) return far
  const unknown = wrong.find(({ error }) => error !== undefined)?.error
  if (unknown instanceof Error) throw unknown
  const lines = wrong.map(({ destination, name, state, digest, own }) => `  ${name} at ${destination}: ${state === 'different' ? `${digest} there, ${own} made now` : 'not published'}`)
  throw new ReleaseError([`Cannot promote ${semver}: what was published of it is not what this commit gives`, ...lines].join('\n'), {
    code: 'DIFFERENT', hint: 'Make it reproducible (check --reproducible says where it is not), or publish another candidate.',
  })
}

function isRehearsal(steps: readonly Step[], destination: string): boolean {
  return steps.some(step => 'publication' in step.definition && step.definition.publication?.shipments.some(one => one.destination.name === destination && one.destination.rehearsal === true))
}

interface Proven {
  readonly from: Made
  readonly stable: Made
  readonly published: readonly Probed[]
  readonly pairs: readonly (readonly [Step, Step])[]
}

/** What only differs in its version, with both digests: on the screen, and beside dist/ for later. */
async function keepProof({ setting }: Run, { from, stable, published, pairs }: Proven): Promise<void> {
  const { version } = from.release
  const target = stable.release.version
  const moves = version.stamp === target.stamp
  const sent = new Set(published.map(({ kind, name }) => `${kind} ${name}`))
  const artifacts = pairs.filter(([step]) => sent.has(`${step.outline.kind} ${step.outline.name}`) && !isSilent(step)).map(([step, other]) =>
    ({ kind: step.outline.kind, from: step.outline.name, to: other.outline.name, fromDigest: digestIn(from, step), toDigest: digestIn(stable, other) }))
  const proof = {
    slipway: 1, from: version.semver, to: target.semver, commit: target.commit, ...moves && { stamp: target.stamp },
    reproduced: published.map(({ destination, name, digest, own }) => ({ destination, name, digest: digest ?? own })),
    compared: pairs.length, differs: moves ? 'names, and what lists them' : 'the version, and nothing else', artifacts,
  }
  const file = `${setting.place.out ?? join(setting.place.root, 'dist')}.promotion.json`
  await writeWhole(file, [Buffer.from(`${JSON.stringify(proof, null, 2)}\n`)])
  if (setting.options.json || setting.options.quiet) return
  const same = artifacts.filter(({ fromDigest, toDigest }) => fromDigest === toDigest).length
  const how = moves ? `${same} of ${artifacts.length} artifacts are the very bytes of it as ${proof.to}; the others name versions, and are made again`
    : `${proof.to} differs from it in the version alone`
  process.stdout.write(`${proof.from} was made again as it was published, and ${how} (${pairs.length} steps compared; ${file})\n`)
  process.stdout.write(table([['kind', proof.from, 'digest', proof.to, 'digest'], ...artifacts.map(one =>
    [one.kind, one.from, one.fromDigest.slice(0, 19), one.to, moves && one.fromDigest === one.toDigest ? 'the same' : one.toDigest.slice(0, 19)])]))
}

function digestIn({ outcomes }: Made, { recipe }: Step): string {
  const outcome = outcomes.get(recipe)
  return outcome && 'artifact' in outcome ? outcome.artifact.digest : ''
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

import { resolve } from 'node:path'
import { writeWhole } from '../clients/write-whole.ts'
import type { VersionReading } from '../contracts/reading.ts'
import { changelogSection } from '../formats/release-notes-section.ts'
import type { NotedChanges } from '../formats/release-notes-types.ts'
import { chooseTag } from '../formats/version-choice.ts'
import { previousTag } from '../formats/version-previous.ts'
import type { VersionTag } from '../formats/version-tag.ts'
import type { WalkEvent } from '../graph/events.ts'
import { closureOf, inputsOf, type Step } from '../graph/step.ts'
import { walk } from '../graph/walk.ts'
import { readJson } from '../oci/read-json.ts'
import type { Runtime } from '../runtime.ts'
import { ReleaseError } from '../values/errors.ts'
import type { Version } from '../values/version.ts'
import { type ChangelogFile, readChangelog, usualChangelog, withSection } from './changelog/file.ts'
import { type CutFacts, readCutFacts } from './cut/facts.ts'
import { askedVersion, wantedVersion } from './cut/wanted.ts'
import { distinctErrors, failuresOf } from './run/failures-of.ts'
import { gitExec } from './git-exec.ts'
import { mainGoals, prepareOnly, type Unplanned } from './prepare.ts'
import type { Setting } from './setting.ts'
import { withRuntime } from './with-runtime.ts'

export interface ChangelogFlags {
  /** `1.2.3`, tagged or not yet. */
  readonly version?: string
  /** In place of one: the next one of its kind, as `cut` proposes it. */
  readonly next?: string
  /** Puts the section into the file. */
  readonly write?: boolean
  /** As it was typed. Default: CHANGELOG.md of the project's folder. */
  readonly file?: string
}

interface Section {
  readonly changes: NotedChanges
  /** What its heading says: the version, or `Unreleased`. */
  readonly heading: string
  readonly date?: string
  readonly markdown: string
}

/**
 * Prints what is new in a version as a section of a CHANGELOG.md, and with `write` puts it there, in the place of one that the version
 * has already. A version that is not tagged yet is told of as if the commit that is checked out had its tag. What build.ts says of
 * groups and words counts: the changes are those that its release notes are made of.
 * @returns 0
 * @throws ReleaseError (USAGE, VERSION, GIT, FILES)
 */
export async function changelog(setting: Setting, flags: ChangelogFlags): Promise<number> {
  const { options: { json = false, quiet = false, dryRun = false } } = setting
  const wanted = await versionOf(setting, flags)
  if (flags.file !== undefined && !flags.write) throw new ReleaseError('Cannot use --file: nothing is written', { code: 'USAGE', hint: 'Say --write too.' })
  if (flags.write && !wanted.tag) throw new ReleaseError('Cannot write a section: the commit has no version tag, and no version is named', { code: 'USAGE', hint: 'Name the version that comes next (changelog 1.2.3 --write), or let the commits: --next rc, patch, minor or major.' })
  const file = flags.write && wanted.tag ? await readChangelog(flags.file === undefined ? resolve(setting.folder, usualChangelog) : resolve(flags.file), wanted.tag.semver) : undefined
  const section = await sectionOf(setting, wanted)
  const state = file && await put(file, section, dryRun)
  if (json) process.stdout.write(`${JSON.stringify(asData(section, file, state), null, 2)}\n`)
  else if (!quiet) process.stdout.write(section.markdown)
  if (state && !json && !quiet) process.stderr.write(`${state === 'written' ? 'wrote' : state === 'same' ? 'nothing to change in' : 'would write'} ${file?.file}\n`)
  return 0
}

/** What a changelog is asked for. */
interface Wanted {
  /** Absent where the commit has no version. */
  readonly tag?: VersionTag
  /** Whether it is tagged, here or elsewhere. */
  readonly isTagged: boolean
  readonly facts: CutFacts
}

async function versionOf(setting: Setting, { version = setting.options.version, next }: ChangelogFlags): Promise<Wanted> {
  const exec = gitExec(setting)
  const facts = await readCutFacts(setting, exec, { remote: false })
  const tag = version === undefined && next === undefined ? chooseTag(facts.here)
    : await wantedVersion('changelog', askedVersion('changelog', { ...version !== undefined && { version }, ...next !== undefined && { next } }), { exec, folder: setting.folder, facts })
  return { ...tag && { tag }, isTagged: tag !== undefined && facts.tags.some(one => one.tag === tag.tag), facts }
}

async function sectionOf(setting: Setting, { tag, isTagged, facts }: Wanted): Promise<Section> {
  const { definition, options } = setting
  const usual = definition.version ?? (await import('../../tasks/resolve-version.ts')).resolveVersion()
  const asked: Setting = {
    ...setting, anywhere: true, options: { ...options, publish: true, ...isTagged && tag && { version: tag.tag } },
    definition: isTagged ? definition : { ...definition, version: asIfTagged(usual, tag, facts) },
  }
  return withRuntime(asked, async runtime => {
    const notice = ({ type, ...event }: WalkEvent): void => { if (type === 'notice' && 'line' in event) process.stderr.write(`notice: ${event.line}\n`) }
    const opened = await prepareOnly(asked, runtime, () => undefined, mainGoals)
    const changes = await noted(await changesStep(opened), opened, runtime, notice)
    const heading = tag?.semver ?? 'Unreleased'
    const { date } = opened.release.version
    const dated = tag === undefined ? {} : { date }
    return { changes, heading, ...dated, markdown: changelogSection(changes, { version: heading, ...dated }) }
  })
}

/** The version that the commit would have with the tag; without one, what is new since the last tag. */
function asIfTagged(usual: VersionReading, tag: VersionTag | undefined, { reachable }: CutFacts): VersionReading {
  return {
    ...usual,
    read: async ({ named: _named, ...context }) => {
      const { because: _because, ...there } = await usual.read({ ...context, anywhere: false })
      if (!tag) return { ...there, snapshot: false, dirty: false }
      const { previous: _previous, tag: _tag, ...version } = there
      const before = previousTag(tag, reachable)?.tag
      return {
        ...version, semver: tag.semver, base: tag.base, stamp: tag.semver, tag: tag.tag, ...before !== undefined && { previous: before },
        prerelease: tag.prerelease !== '', snapshot: false, dirty: false,
      } satisfies Version
    },
  }
}

/** What the release notes of build.ts are made of; else the changes that it makes; else all, grouped as usual. */
async function changesStep({ goals, release: { project, version } }: Unplanned): Promise<Step> {
  const steps = closureOf(goals.flatMap(goal => goal.steps))
  const notes = steps.find(step => step.outline.kind === 'release-notes')
  const found = (notes ? inputsOf(notes) : steps).find(step => step.outline.kind === 'changes')
  return found ?? (await import('../../tasks/changelog.ts')).changes({ project, version })
}

async function noted(step: Step, { release, variables }: Unplanned, runtime: Runtime, emit: (event: WalkEvent) => void): Promise<NotedChanges> {
  const outcomes = await walk([step], runtime.walk('run', emit, release, variables))
  const [first] = distinctErrors(failuresOf(outcomes, [step]))
  if (first) throw first
  const outcome = outcomes.get(step.recipe)
  if (!outcome || !('artifact' in outcome)) throw new ReleaseError('Cannot tell what is new: nothing was made of the commits', { code: 'GIT', hint: 'Run it again.' })
  return readJson<NotedChanges>(outcome.artifact, runtime.cache.content)
}

type State = 'written' | 'same' | 'shown'

async function put(there: ChangelogFile, { markdown, heading }: Section, dryRun: boolean): Promise<State> {
  const made = withSection(there, markdown, heading)
  if (made === there.text) return 'same'
  if (dryRun) return 'shown'
  await writeWhole(there.file, [Buffer.from(made)])
  return 'written'
}

function asData({ changes: { version: _version, ...changes }, heading, date, markdown }: Section, file: ChangelogFile | undefined, state: State | undefined): object {
  return { version: heading, ...date !== undefined && { date }, ...changes, markdown, ...file && { file: file.file, state } }
}

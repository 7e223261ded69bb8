import { existingTags } from '../../clients/git/tags.ts'
import { compareTags, type VersionTag } from '../../formats/version-tag.ts'
import { versionTags } from '../../formats/version-tags.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Version } from '../../values/version.ts'
import { mainGoals, prepareOnly } from '../prepare.ts'
import { probeFar } from './probe-far.ts'
import type { Run } from '../run/reported.ts'

/**
 * Counts the published candidates of a version: those that have a tag, and of which every destination beyond this machine has
 * something public under the names that build.ts gives today. One that was taken back counts no more.
 * @param version the candidate that is promoted, which is known to be published
 * @throws ReleaseError (VERSION) where there are fewer than demanded; the error of a destination that cannot be asked
 */
export async function refuseFew(run: Run, version: Version, demanded: number): Promise<void> {
  const [counted, absent]: [string[], string[]] = [[version.semver], []]
  for (const tag of demanded > 1 ? await othersOf(run, version) : []) {
    if (counted.length >= demanded) return
    const missing = await missingAt(run, tag)
    if (missing === undefined) counted.push(tag.semver)
    else absent.push(`${tag.semver} is not at ${missing}`)
  }
  if (counted.length >= demanded) return
  throw new ReleaseError([`Cannot promote ${version.semver}: build.ts demands ${demanded} published candidates of ${version.base}, and there ${counted.length === 1 ? 'is' : 'are'} ${counted.length}: ${counted.join(', ')}`, ...absent.map(line => `  ${line}`)].join('\n'), {
    code: 'VERSION', hint: 'Publish another one, fetch the tags of those that there are (git fetch --tags), or change promotion in build.ts.',
  })
}

/** Its other candidates by their tags, on whatever commit, the highest first. */
async function othersOf({ runtime, setting: { folder } }: Run, { tag = '', semver, base }: Version): Promise<readonly VersionTag[]> {
  const prefix = tag.slice(0, tag.length - semver.length).replace(/v$/, '')
  const { versions } = versionTags((await existingTags(runtime.exec({}), folder, [`${prefix}*`])).map(one => one.tag), prefix)
  return versions.filter(one => one.base === base && one.prerelease !== '' && one.semver !== semver).sort((a, b) => compareTags(b, a))
}

/** A destination that has nothing of it. */
async function missingAt({ runtime, setting }: Run, { tag }: VersionTag): Promise<string | undefined> {
  const asked = { ...setting, anywhere: true, options: { ...setting.options, version: tag, publish: true } }
  const { goals } = await prepareOnly(asked, runtime, () => undefined, mainGoals)
  const { far } = await probeFar(goals.flatMap(goal => goal.steps), new Map(), { exec: runtime.exec({}), signal: setting.signal, place: setting.place })
  const unknown = far.find(({ error }) => error !== undefined)?.error
  if (unknown instanceof Error) throw unknown
  const there = new Set(far.filter(({ state }) => state === 'public').map(({ destination }) => destination))
  return far.length === 0 ? 'any place that keeps more than one version' : far.find(({ destination }) => !there.has(destination))?.destination
}

import { ReleaseError } from '../values/errors.ts'
import { tagProblem } from './tag-problem.ts'
import { compareTags, versionTag } from './version-tag.ts'

export interface ToTag {
  /** The semantic version that is released. */
  readonly version: string
  /** What the image is built on: `alpine`. */
  readonly distro: string
  /** The distro whose image is meant where none is named. */
  readonly defaultDistro: string
  /** Semantic versions that are known to be published; what is none is no matter. */
  readonly published: readonly string[]
}

export interface ImageTags {
  /** Names of this version, which never mean another one. */
  readonly immutable: readonly string[]
  /** Names that this version takes over. */
  readonly moving: readonly string[]
}

/**
 * The tags of a version's image for one distro: `1.2.3-alpine`; of a stable version's image for the default distro `1.2.3` too.
 * The highest of the stable versions is `latest-alpine`, and for the default distro `latest`. A `+` is written as `_`, as
 * Helm does, since tags cannot hold it.
 * @throws ReleaseError (NAME) where such a tag cannot be
 */
export function imageTags({ version, distro, defaultDistro, published }: ToTag): ImageTags {
  const own = versionTag(version)
  if (!own) throw unusable(version, 'it is no semantic version', 'Write a version such as 1.2.3 or 1.2.3-rc.1.')
  if (distro === '') throw unusable(version, 'no distro is named', 'Name what the image is built on: alpine.')
  const name = own.semver.replaceAll('+', '_')
  // Snapshots are candidates of a version that may come.
  const stable = own.prerelease === ''
  const byDefault = distro === defaultDistro
  const others = published.flatMap(text => versionTag(text) ?? []).filter(each => each.prerelease === '' && each.semver !== own.semver)
  const highest = stable && others.every(each => compareTags(each, own) < 0)
  return {
    immutable: checked([`${name}-${distro}`, ...stable && byDefault ? [name] : []]),
    moving: checked(highest ? [`latest-${distro}`, ...byDefault ? ['latest'] : []] : []),
  }
}

function checked(tags: readonly string[]): readonly string[] {
  for (const tag of tags) {
    const why = tagProblem(tag)
    if (why !== undefined) throw unusable(tag, why, 'Choose a shorter version or another name for the distro: letters, digits, . _ and -.')
  }
  return tags
}

function unusable(name: string, why: string, hint: string): ReleaseError {
  return new ReleaseError(`Cannot tag an image as ${JSON.stringify(name)}: ${why}`, { code: 'NAME', hint })
}

import { logOf } from '../../clients/git/log.ts'
import type { Exec } from '../../contracts/exec.ts'
import { growthOf, readCommits } from '../../formats/commits.ts'
import type { Commit } from '../../formats/commits-types.ts'
import { namedVersion } from '../../formats/version-choice.ts'
import { highestTag, versionTag, type VersionTag } from '../../formats/version-tag.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { CutFacts } from './facts.ts'
import { rivalsOf } from './problems.ts'
import { nexts, nextVersion, type Next } from './version.ts'

/** The commands that take a version that is not tagged yet. */
type Verb = 'cut' | 'changelog'

/** A version by its name, or the next one of its kind. */
export type VersionWish = { readonly version: string; readonly next?: undefined } | { readonly version?: undefined; readonly next: Next }

/** @throws ReleaseError (USAGE) where both are said, or neither, or a kind that there is not */
export function askedVersion(verb: Verb, { version, next }: { readonly version?: string; readonly next?: string }): VersionWish {
  const known = nexts.find(each => each === next)
  if (version !== undefined && next === undefined) return { version }
  if (version === undefined && known !== undefined) return { next: known }
  const why = version !== undefined ? 'a version is named, and --next would name another' : next === undefined ? 'no version is named' : `--next does not know ${next}`
  throw new ReleaseError(`Cannot ${verb === 'cut' ? 'cut a version' : 'write a changelog'}: ${why}`, { code: 'USAGE', hint: `Name one (${verb} 1.2.3), or let the commits: ${verb} --next rc, patch, minor or major.` })
}

export interface Wanting {
  readonly exec: Exec
  readonly folder: string
  readonly facts: CutFacts
}

/** The version that is meant, in the form that tags of this repository have. @throws ReleaseError (VERSION, GIT) */
export async function wantedVersion(verb: Verb, { version, next }: VersionWish, wanting: Wanting): Promise<VersionTag> {
  if (version === undefined) return proposed(wanting, next)
  const semver = namedVersion(version, wanting.facts.prefix)
  if (semver !== undefined) return tagged(semver, wanting.facts)
  throw new ReleaseError(`Cannot ${verb === 'cut' ? `cut ${version}` : `tell the changes of ${version}`}: it is no semantic version`, { code: 'VERSION', hint: `Name one such as 1.2.3 or 1.3.0-rc.1, or let the commits: ${verb} --next rc.` })
}

/** The tag in the form of the last one. */
function tagged(semver: string, facts: CutFacts): VersionTag {
  const { prefix } = facts
  const last = highestTag(rivalsOf(facts))
  const tag = `${prefix}${last && !last.tag.slice(prefix.length).startsWith('v') ? '' : 'v'}${semver}`
  return versionTag(tag, prefix) as VersionTag
}

async function proposed(wanting: Wanting, next: Next): Promise<VersionTag> {
  const { facts } = wanting
  const versions = rivalsOf(facts)
  const stable = highestTag(versions.filter(({ prerelease }) => prerelease === ''))
  const here = facts.tags.some(({ tag }) => tag === stable?.tag) ? stable?.tag : undefined
  const commits = next === 'rc' && stable && here !== undefined ? await newCommits(wanting, here) : []
  return tagged(nextVersion(next, versions, growthOf(commits)), facts)
}

/** What the commit that is checked out has after a tag. */
export async function newCommits({ exec, folder, facts: { commit, prefix } }: Wanting, since: string | undefined): Promise<readonly Commit[]> {
  const { commits, touched } = await logOf(exec, folder, { until: commit, ...since !== undefined && { since }, ...prefix !== '' && { paths: ['.'] } })
  return readCommits(commits, touched)
}

import type { GithubPackages, PackageVersion } from '../../clients/github/packages.ts'
import { githubFailure } from '../../clients/github/failure.ts'
import { placesFor } from '../../oci/copy/places.ts'
import { isIndexType } from '../../oci/media-types.ts'
import { childrenOf } from '../../oci/parse-manifest.ts'
import { readManifest } from '../../oci/read-manifest.ts'
import type { Registry } from '../../oci/registry/registry.ts'
import { asProblem } from '../../values/as-problem.ts'
import type { Digest } from '../../values/descriptor.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Problem } from '../../values/problem.ts'
import { digestAt } from './digest-at.ts'

interface Package {
  readonly registry: Registry
  readonly packages: GithubPackages
}

/** Manifests that are read at once. */
const atOnce = 4

/**
 * Takes tags back from GitHub's container registry, where a version goes with all its tags or not at all: those that no other tag
 * names are deleted, then the images for single platforms that they listed and nothing else lists. A tag that shares its version with
 * another one stays.
 * @returns what stays, and why
 */
export async function retractVersions(where: Package, tags: readonly string[]): Promise<readonly Problem[]> {
  const { registry, packages } = where
  const wanted = await byDigest(registry, tags)
  if (wanted.size === 0) return []
  const versions = await packages.versions().catch((error: unknown) => ({ error }))
  if ('error' in versions) return [problemOf(where, [...wanted.values()].flat(), versions.error)]
  const problems: Problem[] = []
  const gone = new Set<Digest>()
  const listed: Digest[] = []
  for (const [digest, own] of wanted) {
    const children = await childrenAt(registry, digest)
    const error = await removed(where, { version: versions.find(one => one.digest === digest), digest, own })
    if (error !== undefined) problems.push(problemOf(where, own, error))
    else {
      gone.add(digest)
      listed.push(...children)
    }
  }
  const left = versions.filter(({ digest }) => !gone.has(digest))
  return [...problems, ...await removeUnlisted(where, left, listed)]
}

/** Tags by what they stand for; those that stand for nothing are back already. */
async function byDigest(registry: Registry, tags: readonly string[]): Promise<ReadonlyMap<Digest, readonly string[]>> {
  const found = await Promise.all(tags.map(async tag => ({ tag, digest: await digestAt(registry, tag) })))
  const digests = [...new Set(found.flatMap(({ digest }) => digest ?? []))]
  return new Map(digests.map(digest => [digest, found.filter(one => one.digest === digest).map(({ tag }) => tag)]))
}

interface Wanted {
  readonly version: PackageVersion | undefined
  readonly digest: Digest
  readonly own: readonly string[]
}

/** @returns why it stays, where it does */
async function removed({ registry, packages }: Package, { version, digest, own }: Wanted): Promise<unknown> {
  try {
    if (!version) return new ReleaseError(`GitHub tells of no such version ${digest}`, { code: 'CREDENTIALS', hint: rights })
    // A tag that was moved a moment ago may be told of still.
    const others = await Promise.all(version.tags.filter(tag => !own.includes(tag)).map(async tag => await digestAt(registry, tag) === digest ? [tag] : []))
    const [first, ...more] = others.flat()
    if (first !== undefined) {
      return new ReleaseError(`the same version is ${[first, ...more].join(' and ')} too, and GitHub deletes versions, not tags`, { code: 'DESTINATION', hint: 'Take that back as well, or push something else under these tags.' })
    }
    await packages.remove(version)
    // What may not be seen is said not to be there.
    if ((await packages.versions()).some(({ id }) => id === version.id)) return new ReleaseError('GitHub says that there is no such version, and lists it', { code: 'CREDENTIALS', hint: rights })
    return undefined
  } catch (error) {
    if (error instanceof ReleaseError && error.code === 'CANCELLED') throw error
    return error
  }
}

const rights = 'The token has to be one that may delete packages: a classic one with read:packages and delete:packages, or in GitHub Actions that of a repository which has the role Admin in the package\'s settings.'

/** Images for single platforms have no tag: what another tag leads to still needs its own. */
async function removeUnlisted({ registry, packages }: Package, left: readonly PackageVersion[], listed: readonly Digest[]): Promise<readonly Problem[]> {
  const unlisted = left.filter(({ digest, tags }) => tags.length === 0 && listed.includes(digest))
  if (unlisted.length === 0) return []
  const places = placesFor(atOnce, () => undefined)
  const needed = new Set((await Promise.all(left.filter(({ tags }) => tags.length > 0).map(({ digest }) => places(() => childrenAt(registry, digest))))).flat())
  const problems: Problem[] = []
  for (const version of unlisted.filter(({ digest }) => !needed.has(digest))) {
    await packages.remove(version).catch((error: unknown) => { problems.push(asProblem(`registry ${registry.name}`, error)) })
  }
  return problems
}

/** What an index lists; nothing of what is none, or is gone. */
async function childrenAt(registry: Registry, digest: Digest): Promise<readonly Digest[]> {
  const descriptor = await digestAt(registry, digest) === undefined ? undefined : await registry.resolve(digest)
  if (!descriptor || !isIndexType(descriptor.mediaType)) return []
  return childrenOf((await readManifest(registry, descriptor)).manifest).map(child => child.digest)
}

function problemOf({ registry }: Package, tags: readonly string[], error: unknown): Problem {
  const where = `registry ${registry.name}`
  if (!(error instanceof ReleaseError)) return asProblem(where, error)
  return asProblem(where, new ReleaseError(`Cannot take back the ${tags.length === 1 ? 'tag' : 'tags'} ${tags.join(', ')} at ${registry.name}: ${error.message.replace(/^Cannot/, 'cannot')}`, {
    code: error.code, hint: hintFor(error, registry), cause: error,
  }))
}

function hintFor(error: ReleaseError, { repository }: Registry): string {
  const { status } = githubFailure(error) ?? {}
  if (/\blast (?:tagged )?version\b/.test(error.message)) return `It is all that the package has: delete the package ${repository} in its settings at GitHub, or publish another version first.`
  if (/5,?000 downloads/.test(error.message)) return 'GitHub support can delete it; who has it goes on using it.'
  return status === 401 || status === 403 ? rights : error.hint ?? rights
}

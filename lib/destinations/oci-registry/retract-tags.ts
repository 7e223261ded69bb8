import { imageTags } from '../../formats/image-tags.ts'
import { compareTags, highestTag, versionTag, type VersionTag } from '../../formats/version-tag.ts'
import { placesFor } from '../../oci/copy/places.ts'
import { statusOf } from '../../oci/registry/passing.ts'
import type { Registry } from '../../oci/registry/registry.ts'
import { asProblem } from '../../values/as-problem.ts'
import type { OutlineOf } from '../../values/artifact.ts'
import type { Digest } from '../../values/descriptor.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Image } from '../../values/image.ts'
import type { Problem } from '../../values/problem.ts'
import { digestAt } from './digest-at.ts'
import { versionsOf } from './tagging.ts'

/** Tags that are asked for at once. */
const atOnce = 4

/** Has a registry let go of tags. @returns those that stay */
export type LetGo = (tags: readonly string[]) => Promise<readonly Problem[]>

/**
 * Takes back the tags of a version's images: those that move go back to the highest stable version that is left, then those
 * that mean this version alone go.
 * @returns tags that the registry does not let go of
 */
export async function retractImages(registry: Registry, images: readonly OutlineOf<Image>[], letGo: LetGo): Promise<readonly Problem[]> {
  const published = versionsOf(await registry.tags(), images)
  const problems: Problem[] = []
  const unwanted: string[] = []
  for (const image of images) {
    const own = await digestAt(registry, image.tag)
    // As if it were the highest: then it may hold every tag that moves.
    const { immutable, moving } = imageTags({ version: image.version, distro: image.distro, defaultDistro: image.isDefault ? image.distro : '', published: [] })
    const left = highestTag(published.flatMap(text => stable(text)).filter(each => each.semver !== image.version).sort(compareTags))
    const there = own === undefined ? [] : await Promise.all(moving.map(async tag => await digestAt(registry, tag) === own ? [tag] : []))
    for (const tag of there.flat()) problems.push(...await attempt(registry, tag, async () => { if (!await movedBack(registry, tag, left, image)) unwanted.push(tag) }))
    unwanted.push(...[...immutable].reverse())
  }
  return [...problems, ...await letGo(unwanted)]
}

/**
 * Takes tags back one by one; one that is not there is no problem. What they stood for stays, by digest, where nobody sees it. A
 * registry may delete no tags ("Deleting tags", OCI distribution specification 1.1: 400 or 405): then the manifest goes, where no
 * other tag stands for it.
 */
export async function retractTags(registry: Registry, tags: readonly string[]): Promise<readonly Problem[]> {
  const problems: Problem[] = []
  const refused: Refused[] = []
  for (const tag of tags) {
    problems.push(...await attempt(registry, tag, async () => {
      const digest = await digestAt(registry, tag)
      if (digest === undefined) return
      await registry.deleteManifest(tag).catch((error: unknown) => {
        if (!isUnsupported(error)) throw error
        refused.push({ tag, digest, error })
      })
    }))
  }
  return refused.length === 0 ? problems : [...problems, ...await retractManifests(registry, refused)]
}

/** A tag that a registry does not delete. */
interface Refused {
  readonly tag: string
  readonly digest: Digest
  readonly error: unknown
}

async function retractManifests(registry: Registry, refused: readonly Refused[]): Promise<readonly Problem[]> {
  let looked: Promise<ReadonlyMap<Digest | undefined, string>> | undefined
  const problems: Problem[] = []
  for (const { tag, digest, error } of refused) {
    problems.push(...await attempt(registry, tag, async () => {
      const other = (await (looked ??= tagsBeside(registry, refused))).get(digest)
      if (other !== undefined) throw new ReleaseError(`Cannot delete it: ${other} stands for the same manifest, and this registry deletes no tags`, { code: 'DESTINATION', cause: error })
      // With one of its tags the manifest is gone for the others.
      if (await digestAt(registry, tag) === undefined) return
      await registry.deleteManifest(digest).catch((again: unknown) => { throw isUnsupported(again) ? error : again })
    }))
  }
  return problems
}

/** A tag for each manifest that others stand for. */
async function tagsBeside(registry: Registry, refused: readonly Refused[]): Promise<ReadonlyMap<Digest | undefined, string>> {
  const own = new Set(refused.map(({ tag }) => tag))
  const places = placesFor(atOnce, () => undefined)
  const others = (await registry.tags()).filter(tag => !own.has(tag))
  return new Map(await Promise.all(others.map(tag => places(async () => [await digestAt(registry, tag), tag] as const))))
}

function isUnsupported(error: unknown): boolean {
  return [400, 405].includes(statusOf(error) ?? 0)
}

/** @returns whether there was anything for it to go back to */
async function movedBack(registry: Registry, tag: string, left: VersionTag | undefined, { distro }: OutlineOf<Image>): Promise<boolean> {
  const before = left && `${left.semver.replaceAll('+', '_')}-${distro}`
  const digest = before === undefined ? undefined : await digestAt(registry, before)
  if (digest !== undefined) await registry.tag(await registry.resolve(digest), tag)
  return digest !== undefined
}

function stable(text: string): readonly VersionTag[] {
  const found = versionTag(text)
  return found?.prerelease === '' ? [found] : []
}

async function attempt(registry: Registry, tag: string, act: () => Promise<void>): Promise<readonly Problem[]> {
  try {
    await act()
    return []
  } catch (error) {
    return [asProblem(`registry ${registry.name}`, stays(registry, tag, error))]
  }
}

function stays({ name }: Registry, tag: string, error: unknown): unknown {
  if (!(error instanceof ReleaseError) || error.code === 'CANCELLED') return error
  return new ReleaseError(`Cannot take back the tag ${tag} at ${name}: ${error.message.replace(/^Cannot/, 'cannot')}`, {
    code: error.code, hint: 'Delete it there by hand, if nobody has used it.', cause: error,
  })
}

import { imageTags } from '../../formats/image-tags.ts'
import { compareTags, highestTag, versionTag, type VersionTag } from '../../formats/version-tag.ts'
import type { Registry } from '../../oci/registry/registry.ts'
import { asProblem } from '../../values/as-problem.ts'
import type { OutlineOf } from '../../values/artifact.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Image } from '../../values/image.ts'
import type { Problem } from '../../values/problem.ts'
import { digestAt } from './digest-at.ts'
import { versionsOf } from './tagging.ts'

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

/** Takes tags back one by one; one that is not there is no problem. What they stood for stays, by digest, where nobody sees it. */
export async function retractTags(registry: Registry, tags: readonly string[]): Promise<readonly Problem[]> {
  const problems: Problem[] = []
  for (const tag of tags) {
    problems.push(...await attempt(registry, tag, async () => {
      if (await digestAt(registry, tag) !== undefined) await registry.deleteManifest(tag)
    }))
  }
  return problems
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

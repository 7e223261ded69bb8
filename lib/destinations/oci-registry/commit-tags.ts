import { imageTags } from '../../formats/image-tags.ts'
import type { Registry } from '../../oci/registry/registry.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Image } from '../../values/image.ts'
import { digestAt } from './digest-at.ts'

interface Tagged {
  readonly image: Image
  readonly tag: string
}

/**
 * Gives images their tags: first those that mean one image for ever, then those that move, computed from the versions that
 * the repository has. Nothing is tagged where one of the first kind cannot be.
 * @throws ReleaseError (DESTINATION) where a tag that may not move means another image already
 */
export async function commitTags(registry: Registry, images: readonly Image[]): Promise<void> {
  const published = versionsOf(await registry.tags(), images)
  const wanted = images.map(image => ({ image, tags: imageTags({ version: image.version, distro: image.distro, defaultDistro: image.isDefault ? image.distro : '', published }) }))
  const fixed = await lacking(registry, wanted.flatMap(({ image, tags }) => tags.immutable.map(tag => ({ image, tag }))), refuse)
  for (const { image, tag } of fixed) await registry.tag(image, tag)
  const moved = await lacking(registry, wanted.flatMap(({ image, tags }) => tags.moving.map(tag => ({ image, tag }))))
  for (const { image, tag } of moved) await registry.tag(image, tag)
}

/** Those that do not stand yet, or stand for something else. */
async function lacking(registry: Registry, tagged: readonly Tagged[], onOther?: (registry: Registry, tagged: Tagged, there: string) => never): Promise<readonly Tagged[]> {
  const found = await Promise.all(tagged.map(async one => ({ one, there: await digestAt(registry, one.tag) })))
  for (const { one, there } of found) if (there !== undefined && there !== one.image.digest) onOther?.(registry, one, there)
  return found.flatMap(({ one, there }) => there === one.image.digest ? [] : [one])
}

function refuse(registry: Registry, { image, tag }: Tagged, there: string): never {
  throw new ReleaseError(`Cannot publish ${image.name} at ${registry.name}: the tag ${tag} is ${there} there, not ${image.digest}`, {
    code: 'DESTINATION', hint: 'A version is published once: release a new one, or delete the tag if nobody has used it.',
  })
}

/** Versions by tags of the form `{version}-{distro}` or `{version}`, `_` for `+`. */
function versionsOf(tags: readonly string[], images: readonly Image[]): readonly string[] {
  // The longest first: `slim-debian` ends like `debian`.
  const distros = images.map(({ distro }) => `-${distro}`).sort((a, b) => b.length - a.length)
  return [...new Set(tags.map(tag => {
    const end = distros.find(distro => tag.endsWith(distro))
    return (end === undefined ? tag : tag.slice(0, -end.length)).replaceAll('_', '+')
  }))].filter(text => /^\d+\.\d+\.\d+/.test(text))
}

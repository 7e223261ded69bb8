import { imageTags } from '../../formats/image-tags.ts'
import type { Registry } from '../../oci/registry/registry.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Image } from '../../values/image.ts'
import { digestAt } from './digest-at.ts'

/**
 * Gives images their tags: first those that mean one image for ever, then those that move, computed from the versions that
 * the repository has.
 * @throws ReleaseError (DESTINATION) where a tag that may not move means another image already
 */
export async function commitTags(registry: Registry, images: readonly Image[]): Promise<void> {
  const published = versionsOf(await registry.tags(), images)
  const wanted = images.map(image => ({ image, tags: imageTags({ version: image.version, distro: image.distro, defaultDistro: image.isDefault ? image.distro : '', published }) }))
  for (const { image, tags } of wanted) for (const tag of tags.immutable) await fix(registry, image, tag)
  for (const { image, tags } of wanted) for (const tag of tags.moving) await registry.tag(image, tag)
}

async function fix(registry: Registry, image: Image, tag: string): Promise<void> {
  const there = await digestAt(registry, tag)
  if (there === image.digest) return
  if (there !== undefined) {
    throw new ReleaseError(`Cannot publish ${image.name} at ${registry.name}: the tag ${tag} is ${there} there, not ${image.digest}`, {
      code: 'DESTINATION', hint: 'A version is published once: release a new one, or delete the tag if nobody has used it.',
    })
  }
  await registry.tag(image, tag)
}

/** Versions by tags of the form `{version}-{distro}` or `{version}`, `_` for `+`. */
function versionsOf(tags: readonly string[], images: readonly Image[]): readonly string[] {
  const distros = images.map(({ distro }) => `-${distro}`)
  return [...new Set(tags.map(tag => {
    const end = distros.find(distro => tag.endsWith(distro))
    return (end === undefined ? tag : tag.slice(0, -end.length)).replaceAll('_', '+')
  }))].filter(text => /^\d+\.\d+\.\d+/.test(text))
}

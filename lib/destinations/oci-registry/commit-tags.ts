import { imageTags } from '../../formats/image-tags.ts'
import type { Registry } from '../../oci/registry/registry.ts'
import type { Digest } from '../../values/descriptor.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Image } from '../../values/image.ts'
import { digestAt } from './digest-at.ts'

interface Tagged {
  readonly image: Image
  readonly tag: string
  /** What it means before. */
  readonly before?: Digest | undefined
}

/** A tag that was given, and what it meant before. */
export interface GivenTag {
  readonly tag: string
  readonly before: Digest | undefined
}

/**
 * Gives images their tags: first those that mean one image for ever, then those that move, computed from the versions that
 * the repository has. Nothing is tagged where one of the first kind cannot be. Each is read again.
 * @param given told of each tag once it is given
 * @throws ReleaseError (DESTINATION) where a tag that may not move means another image already, or one means another image
 * afterwards
 */
export async function commitTags(registry: Registry, images: readonly Image[], given: (tag: GivenTag) => void = () => {}): Promise<void> {
  const published = versionsOf(await registry.tags(), images)
  const wanted = images.map(image => ({ image, tags: imageTags({ version: image.version, distro: image.distro, defaultDistro: image.isDefault ? image.distro : '', published }) }))
  const fixed = await lacking(registry, wanted.flatMap(({ image, tags }) => tags.immutable.map(tag => ({ image, tag }))), refuse)
  await giveAll(registry, fixed, given)
  const moved = await lacking(registry, wanted.flatMap(({ image, tags }) => tags.moving.map(tag => ({ image, tag }))))
  await giveAll(registry, moved, given)
}

async function giveAll(registry: Registry, tagged: readonly Tagged[], given: (tag: GivenTag) => void): Promise<void> {
  for (const { image, tag, before } of tagged) {
    await registry.tag(image, tag)
    given({ tag, before })
  }
  // There is no compare-and-swap: somebody else may have moved one at the same moment.
  const found = await Promise.all(tagged.map(async one => ({ one, there: await digestAt(registry, one.tag) })))
  for (const { one, there } of found) if (there !== one.image.digest) throw movedAway(registry, one, there)
}

function movedAway(registry: Registry, { image, tag }: Tagged, there: string | undefined): ReleaseError {
  return new ReleaseError(`Cannot publish ${image.name} at ${registry.name}: the tag ${tag} was given, and is ${there ?? 'not there'} now, not ${image.digest}`, {
    code: 'DESTINATION', hint: 'Run it again when nothing else publishes there.',
  })
}

/** Those that do not stand yet, or stand for something else. */
async function lacking(registry: Registry, tagged: readonly Tagged[], onOther?: (registry: Registry, tagged: Tagged, there: string) => never): Promise<readonly Tagged[]> {
  const found = await Promise.all(tagged.map(async one => ({ one, there: await digestAt(registry, one.tag) })))
  for (const { one, there } of found) if (there !== undefined && there !== one.image.digest) onOther?.(registry, one, there)
  return found.flatMap(({ one, there }) => there === one.image.digest ? [] : [{ ...one, before: there }])
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

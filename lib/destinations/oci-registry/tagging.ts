import { imageTags } from '../../formats/image-tags.ts'
import type { Registry } from '../../oci/registry/registry.ts'
import type { Artifact } from '../../values/artifact.ts'
import type { Image } from '../../values/image.ts'

/** An artifact on its way to its tags. */
export interface Tagging {
  readonly registry: Registry
  readonly artifact: Artifact
  /** Names that never mean another one. */
  readonly immutable: readonly string[]
  /** Names that this version takes over. */
  readonly moving: readonly string[]
}

/** The tags of images, computed from the versions that the repository has. */
export async function tagImages(registry: Registry, images: readonly Image[]): Promise<readonly Tagging[]> {
  if (images.length === 0) return []
  const published = versionsOf(await registry.tags(), images)
  return images.map(image => ({
    registry, artifact: image,
    ...imageTags({ version: image.version, distro: image.distro, defaultDistro: image.isDefault ? image.distro : '', published }),
  }))
}

/** Versions by tags of the form `{version}-{distro}` or `{version}`, `_` for `+`. */
export function versionsOf(tags: readonly string[], images: readonly Pick<Image, 'distro'>[]): readonly string[] {
  // The longest first: `slim-debian` ends like `debian`.
  const distros = images.map(({ distro }) => `-${distro}`).sort((a, b) => b.length - a.length)
  return [...new Set(tags.map(tag => {
    const end = distros.find(distro => tag.endsWith(distro))
    return (end === undefined ? tag : tag.slice(0, -end.length)).replaceAll('_', '+')
  }))].filter(text => /^\d+\.\d+\.\d+/.test(text))
}

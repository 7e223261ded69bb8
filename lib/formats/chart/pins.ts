import type { ReleasedImage } from '../../values/released-image.ts'
import type { YamlEdit } from '../yaml/edit.ts'

/** Where a chart's values name an image: paths in values.yaml, `image.tag`. At least one of tag, digest and distros. */
export interface ChartPins {
  /** `ghcr.io/example/gateway` */
  readonly repository?: string
  /** The default image's tag. */
  readonly tag?: string
  /** The default image's digest. */
  readonly digest?: string
  /** Which distro runs: one of the keys of `distros`. */
  readonly distro?: string
  /** A mapping of each distro to its tag and digest; what stood in it is replaced. */
  readonly distros?: string
}

/** The images of one program, one a distro, and where they are named. */
export interface PinnedImages {
  readonly images: readonly ReleasedImage[]
  /** The distro that runs where none is chosen. */
  readonly default: string
  readonly pin: ChartPins
}

/** What a release writes into values.yaml. The default image has to be among the images. */
export function pinEdits({ images, default: chosen, pin }: PinnedImages): readonly YamlEdit[] {
  const main = images.find(({ distro }) => distro === chosen)
  if (!main) return []
  const distros = Object.fromEntries([...images].sort((a, b) => a.distro < b.distro ? -1 : 1).map(image => [image.distro, entryOf(image, main, pin)]))
  const wanted = [[pin.repository, main.repository], [pin.tag, main.tag], [pin.digest, main.digest], [pin.distro, chosen], [pin.distros, distros]] as const
  return wanted.flatMap(([path, value]) => path === undefined ? [] : [{ path, value }])
}

/** The entry's own repository goes before the one for all, so it is there only where it has to be: else a mirror could not be set. */
function entryOf({ repository, tag, digest }: ReleasedImage, main: ReleasedImage, pin: ChartPins): Readonly<Record<string, string>> {
  const own = pin.repository === undefined || repository !== main.repository
  return { ...own ? { repository } : {}, tag, digest }
}

/** The paths that a release writes. */
export function pinPaths({ repository, tag, digest, distro, distros }: ChartPins): readonly string[] {
  return [repository, tag, digest, distro, distros].filter(path => path !== undefined)
}

/** What chooses each distro but the default, as helm's --set takes it. */
export function distroSets({ images, default: chosen, pin: { distro: path } }: PinnedImages): readonly (readonly string[])[] {
  if (path === undefined) return []
  return images.filter(({ distro }) => distro !== chosen).map(({ distro }) => [`${path}=${distro}`])
}

import type { ReleasedImage } from '../../values/released-image.ts'
import type { ComposeService, MountedFile } from './service.ts'

/** All that the files of a demo are written from but the images. */
export interface DemoPlan {
  /** What is shown: `gateway`. */
  readonly title: string
  readonly version: string
  /** A sentence about it. */
  readonly description?: string
  /** The SPDX identifier. */
  readonly license?: string
  /** What Compose calls all of it together. */
  readonly name: string
  /** Of every image that was to be in it, those that cannot be had too. */
  readonly distros: readonly string[]
  /** The distro that runs where none is named. */
  readonly defaultDistro: string
  /** The name of the service that runs the released image. */
  readonly main: string
  /** All services by name; those without an image run the released one. */
  readonly services: Readonly<Record<string, ComposeService>>
  readonly configs: readonly MountedFile[]
  /** What is asked for to see that it runs: `/healthz`. */
  readonly path?: string
}

/** A plan, and the images that there are. */
export interface DemoContents extends DemoPlan {
  readonly images: readonly ReleasedImage[]
}

/** What a config is called in the demo's folder. */
export function configName({ to }: MountedFile): string {
  return to.slice(to.lastIndexOf('/') + 1)
}

/** The services that run the released image, the main one first. */
export function releasedServices({ main, services }: DemoPlan): readonly string[] {
  return [main, ...Object.keys(services).filter(name => name !== main && services[name]?.image === undefined)]
}

/** The distros that were to be in it and cannot be had. */
export function leftOut({ distros, images }: DemoContents): readonly string[] {
  return distros.filter(distro => images.every(image => image.distro !== distro))
}

/** The image of the distro that runs where none is named. */
export function defaultImage({ images, defaultDistro }: DemoContents): ReleasedImage {
  const found = images.find(({ distro }) => distro === defaultDistro)
  if (found) return found
  throw new Error(`there is no image on ${defaultDistro}`)
}

import type { GithubPackages } from '../../clients/github/packages.ts'
import type { Registry } from '../../oci/registry/registry.ts'
import type { OutlineOf } from '../../values/artifact.ts'
import type { Image } from '../../values/image.ts'
import type { Problem } from '../../values/problem.ts'
import type { Pushed } from './repository-of.ts'
import { retractImages, retractTags, type LetGo } from './retract-tags.ts'

export interface Retracting {
  registryOf(outline: OutlineOf<Pushed>): Promise<Registry>
  /** Where a registry lets go of whole versions alone, through another API. */
  readonly packagesOf?: ((registry: Registry) => Promise<GithubPackages>) | undefined
}

/** Takes back what a release has in a registry: charts before the images that they name. @returns what stays */
export async function retractRelease(what: readonly OutlineOf<Pushed>[], { registryOf, packagesOf }: Retracting): Promise<readonly Problem[]> {
  const letGoIn = (registry: Registry): LetGo => packagesOf
    ? async tags => (await import('./retract-versions.ts')).retractVersions({ registry, packages: await packagesOf(registry) }, tags)
    : tags => retractTags(registry, tags)
  const charts = what.filter(one => one.kind === 'chart').map(async chart => letGoIn(await registryOf(chart))([chart.tag]))
  const problems = (await Promise.all(charts)).flat()
  const images = what.filter((one): one is OutlineOf<Image> => one.kind === 'image')
  const registry = images[0] && await registryOf(images[0])
  return registry ? [...problems, ...await retractImages(registry, images, letGoIn(registry))] : problems
}

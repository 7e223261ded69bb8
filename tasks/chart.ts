import { ReleaseError } from '../lib/values/errors.ts'
import type { HubOptions } from '../lib/formats/chart/artifact-hub-options.ts'
import type { ChartPins } from '../lib/formats/chart/pins.ts'
import { closureOf, isStep, type Step } from '../lib/graph/step.ts'
import type { At, OutlineOf } from '../lib/values/artifact.ts'
import type { Chart } from '../lib/values/chart.ts'
import type { Image } from '../lib/values/image.ts'
import type { Project } from '../lib/values/project.ts'
import type { Changes } from '../lib/values/release-notes.ts'
import type { Source } from '../lib/values/source.ts'
import type { Toolchain } from '../lib/values/toolchain.ts'
import type { Version } from '../lib/values/version.ts'
import { fetchedCharts } from './chart/fetched-charts.ts'
import { packedChart } from './chart/packed-chart.ts'
import type { PinGroup } from './chart/packed-chart-input.ts'
import { usualChangelog } from './chart/read-changelog.ts'
import { namedImage } from './image/released-image.ts'
import { sourceUrl } from './image/source-url.ts'

/** The images of one program, one a distro, and where a chart's values name them. */
export interface ChartImages {
  /** Where they will be pulled from: `images.map(image => at(ghcr, image))`. */
  readonly images: readonly (At<Image> | Step<At<Image>>)[]
  /** The distro that runs where none is chosen. */
  readonly default: string
  /** Paths in values.yaml. */
  readonly pin: ChartPins
}

export interface ChartOptions extends ChartImages {
  /** The chart's folder, relative to the project. Default: `chart`. */
  readonly folder?: string
  /** `source('chart')` */
  readonly source: Source
  /** What is released; the images' own where it is absent. */
  readonly version?: Version
  readonly project?: Project
  /** What Chart.yaml calls it; the project's name in lower case where it is absent. */
  readonly name?: string
  /** Chart.yaml's appVersion; the version where it is absent. */
  readonly appVersion?: string
  /** Images of other programs in the same chart. */
  readonly others?: readonly ChartImages[]
  /** What Artifact Hub shows beside what the release knows: images, prerelease, changes, license. */
  readonly hub?: HubOptions
  /** What this version changes, from its commits: `changes({ project, version })`. It takes the place of a changelog. */
  readonly changes?: Changes | Step<Changes>
  /** Where this version's changes are told, relative to the project; `false` for nowhere. Default: CHANGELOG.md where there is one. */
  readonly changelog?: string | false
  /** Images of others that the chart may run without a digest, as the manifests name them: `busybox:1.37`. */
  readonly allowImages?: readonly string[]
  /**
   * The helm that renders the chart to check it, the first that is there: a name on PATH, a path, or a Go package at a version,
   * `helm.sh/helm/v3/cmd/helm@v3.19.0`, which the project's own Go builds once. `false` for none. Default: SLIPWAY_HELM, or `helm`.
   */
  readonly helm?: string | readonly string[] | false
  /** 1 to 9 as in zlib. Default: 9. */
  readonly level?: number
}

/**
 * Packages a Helm chart: version and appVersion are the release's, the images' repositories, tags and digests stand in its
 * values, every other byte is as the project has it. What Helm would refuse is refused, and so is a chart whose manifests run
 * anything but the released images.
 *
 * Its bytes are the manifest that `helm push` would give it; chartPackage() is its .tgz alone.
 * @throws ReleaseError (USAGE) for images or paths that cannot be, (DESTINATION) for images that nobody can pull, (VERSION) for
 * images of another version
 */
export function chart(options: ChartOptions): Step<Chart> {
  const { source, folder = 'chart', others = [], hub = {}, allowImages = [], level = 9, changelog = usualChangelog } = options
  const { version, project, toolchain } = releasedBy(options)
  const sets = [options, ...others]
  const groups = sets.map(set => groupOf(set, version))
  refuseSamePaths(groups)
  if (!Number.isInteger(level) || level < 1 || level > 9) throw refusal(`there is no level ${level} of compression`, 'Write 1 to 9.')
  const repositoryUrl = sourceUrl(project.module)
  const place = { source: { ...source, use: 'chart' }, folder } as const
  return packedChart({
    ...place, charts: fetchedCharts(place), name: options.name ?? project.name.toLowerCase(), version, appVersion: options.appVersion ?? version.semver,
    images: sets.flatMap(({ images }) => images), groups, hub, allow: allowImages, level, zlib: process.versions['zlib'] ?? 'unknown',
    helm: { helm: helmsOf(options), ...toolchain && { toolchain } },
    ...options.changes !== undefined && { changes: options.changes }, ...project.license !== undefined && { license: project.license }, ...changelog !== false && { changelog }, ...repositoryUrl !== undefined && { repositoryUrl },
  })
}

interface ReleasedBy {
  readonly version: Version
  readonly project: Project
  readonly toolchain?: Toolchain
}

/** What is released: as it was given, else what the steps behind the images were given. */
function releasedBy({ version, project, images, others = [] }: ChartOptions): ReleasedBy {
  const steps = [images, ...others.map(one => one.images)].flat().flatMap(image => isStep(image) ? [image as Step] : [])
  const inputs = closureOf(steps).toReversed().map(({ input }) => input as Partial<ReleasedBy>)
  const found = { version: version ?? inputs.find(input => input.version?.semver)?.version, project: project ?? inputs.find(input => input.project?.module)?.project }
  const toolchain = inputs.find(input => input.toolchain?.place)?.toolchain
  if (found.version && found.project) return { version: found.version, project: found.project, ...toolchain && { toolchain } }
  throw refusal(`its images do not say which ${found.version ? 'project' : 'version'} they belong to`, `Add ${found.version ? 'project' : 'version'} to chart().`)
}

function groupOf({ images, default: chosen, pin }: ChartImages, { semver }: Version): PinGroup {
  const outlines = images.map(image => isStep(image) ? image.outline : image) as readonly OutlineOf<At<Image>>[]
  const distros = outlines.map(({ distro }) => distro)
  const twice = distros.find((distro, index) => distros.indexOf(distro) !== index)
  const other = outlines.find(({ version }) => version !== semver)
  if (outlines.length === 0) throw refusal('it has no images', 'Give chart() the released ones: images.map(image => at(registry, image)).')
  if (twice !== undefined) throw refusal(`two of its images are of the distro ${twice}`, 'Images of another program go into others.')
  if (!distros.includes(chosen)) throw refusal(`its default, ${chosen}, is none of ${distros.join(', ')}`, 'Name one of them.')
  if (other) throw new ReleaseError(`Cannot make a chart of ${semver}: the image ${other.name} is ${other.version}`, { code: 'VERSION', hint: 'Name the images of this release.' })
  if (pin.tag === undefined && pin.digest === undefined && pin.distros === undefined) {
    throw refusal('no path in its values names an image', 'Give pin a tag, a digest or distros: { tag: \'image.tag\' }.')
  }
  if (distros.length > 1 && pin.distros === undefined) throw refusal(`its values name one image, and there are ${distros.length}`, 'Give pin the path of a mapping as distros, or chart() one image.')
  outlines.forEach(namedImage)
  return { urls: outlines.map(({ url }) => url), distros, default: chosen, pin }
}

function refuseSamePaths(groups: readonly PinGroup[]): void {
  const paths = groups.flatMap(({ pin }) => Object.values(pin) as readonly string[])
  const twice = paths.find((path, index) => paths.indexOf(path) !== index)
  if (twice !== undefined) throw refusal(`two values are to stand at ${twice}`, 'Give each a path of its own.')
}

function helmsOf({ helm }: ChartOptions): readonly string[] {
  if (helm === false) return []
  const { SLIPWAY_HELM } = process.env
  return typeof helm === 'string' ? [helm] : helm ?? (SLIPWAY_HELM ? [SLIPWAY_HELM] : ['helm'])
}

function refusal(why: string, hint: string): ReleaseError {
  return new ReleaseError(`Cannot make a chart: ${why}`, { code: 'USAGE', hint })
}

import { releasedImage } from '../image/released-image.ts'
import type { Observation } from '../../lib/contracts/observation.ts'
import type { Observer, Workshop } from '../../lib/contracts/workshop.ts'
import type { ChartDependencies } from '../../lib/clients/chart/dependencies.ts'
import type { FoundHelm } from '../../lib/clients/helm.ts'
import type { NotedChanges } from '../../lib/formats/release-notes-types.ts'
import type { HubOptions } from '../../lib/formats/chart/artifact-hub-options.ts'
import type { ReleasedChart } from '../../lib/formats/chart/released-chart.ts'
import { task } from '../../lib/graph/task.ts'
import type { At, OutlineOf } from '../../lib/values/artifact.ts'
import { asProblem } from '../../lib/values/as-problem.ts'
import type { Chart } from '../../lib/values/chart.ts'
import type { Descriptor } from '../../lib/values/descriptor.ts'
import { digestOf } from '../../lib/values/digest.ts'
import type { FileEntry } from '../../lib/values/files.ts'
import type { Image } from '../../lib/values/image.ts'
import type { Problem } from '../../lib/values/problem.ts'
import type { ReleasedImage } from '../../lib/values/released-image.ts'
import { Skip } from '../../lib/values/skip.ts'
import { readBytes, readJson } from '../../lib/oci/read-json.ts'
import { tellLeftOut } from '../image/tell-left-out.ts'
import { helmFor } from './find-helm.ts'
import { judge } from './judge-chart.ts'
import type { OutlinedChart, PackedChartInput } from './packed-chart-input.ts'
import { readChangelog } from './read-changelog.ts'
import { released } from './ready-chart.ts'
import { readChart } from './read-chart.ts'

/** A chart that names the release's version and images, checked and packed as Helm would push it. */
export const packedChart = task<PackedChartInput, Chart>({
  name: 'chart',
  revision: 1,
  outline: ({ name, version: { semver } }) => ({ kind: 'chart', name: `${name}-${semver}.tgz`, chart: name, tag: semver.replaceAll('+', '_'), version: semver }),
  depends: ({ source: _source, helm: { helm }, images, charts, changes, ...input }) => ({
    ...input, charts: charts.digest, changes: changes?.digest, helm: helm.length > 0, images: images.map(({ url, distro, tag, digest, platforms }) => ({ url, distro, tag, digest, platforms })),
  }),
  observe: async (input, observer) => {
    refuseWithoutDefault(input)
    return observe(input, observer)
  },
  check: async (input, observer) => {
    try {
      const chart = await readChart(input, observer)
      // Without their packages nothing can be said of a chart but what is written into it.
      const ready = await released(input, input.images.map(standIn), chart, observer)
      if (chart.packages.length === 0) await judge(input, input.images.map(standIn), ready, { ...observer, folder: await observer.temporary() })
      return []
    } catch (error) {
      if (error instanceof Skip) return []
      return [problemOf(error)]
    }
  },
  foresee: async (input, observer) => {
    refuseWithoutDefault(input)
    tell(input, await helmFor(input.helm, observer), observer)
  },
  work: async (input, workshop) => {
    const chart = await withPackages(input, workshop)
    const images = input.images.map(releasedImage)
    const ready = await released(input, images, chart, workshop, await changesIn(input, workshop))
    await judge(input, images, ready, workshop)
    return store(input, ready, workshop)
  },
})

/** Whether there is a helm counts, not which one: a chart that was not rendered is rendered once there is one. */
async function observe(input: PackedChartInput, observer: Observer): Promise<Observation> {
  const [{ files, reads }, changelog, helm] = await Promise.all([readChart(input, observer), readChangelog(input), helmFor(input.helm, observer)])
  tell(input, helm, observer)
  return {
    value: {
      files: files.map(({ path, bytes }) => [path, digestOf(bytes)]),
      changelog: changelog.text === undefined ? null : digestOf(changelog.text), rendered: 'helm' in helm,
    },
    reads: [...reads, ...changelog.reads],
  }
}

/** What a chart lacks is told in plans too, and of one that is in the cache. */
function tell(input: OutlinedChart, helm: FoundHelm, observer: Pick<Observer, 'notice'>): void {
  tellLeftOut(`The chart ${input.name}`, leftOut(input), observer)
  if ('reason' in helm) observer.notice(`The chart ${input.name} is checked by its files alone, not rendered: ${helm.reason}.`)
}

async function withPackages(input: PackedChartInput, workshop: Workshop): Promise<ChartDependencies> {
  const { content } = workshop
  const [chart, packages] = await Promise.all([readChart(input, workshop), readJson<readonly FileEntry[]>(input.charts, content)])
  const fetched = await Promise.all(packages.map(async ({ path, digest, size }) => ({ path, bytes: await readBytes({ mediaType: '', digest, size }, content) })))
  return { ...chart, files: [...chart.files, ...fetched].sort((a, b) => a.path < b.path ? -1 : 1) }
}

async function changesIn({ changes }: PackedChartInput, { content }: Workshop): Promise<HubOptions['changes']> {
  if (!changes) return undefined
  const { hubChanges } = await import('../../lib/formats/release-notes.ts')
  return hubChanges(await readJson<NotedChanges>(changes, content))
}

async function store({ name, version, level }: PackedChartInput, { files, metadata }: ReleasedChart, { content }: Workshop): Promise<Descriptor> {
  const [{ packChart }, { chartConfig }, { chartManifest }, { chartMediaTypes }, { mediaTypes }] = await Promise.all([
    import('../../lib/formats/chart/pack.ts'), import('../../lib/formats/chart/config-json.ts'), import('../../lib/formats/chart/manifest.ts'),
    import('../../lib/formats/chart/media-types.ts'), import('../../lib/oci/media-types.ts'),
  ])
  const config = await content.put([chartConfig(metadata)], chartMediaTypes.config)
  const packed = await content.put(packChart(files, { name, date: version.date, level }), chartMediaTypes.content)
  return content.put([chartManifest({ metadata, config, content: packed, created: version.date })], mediaTypes.manifest)
}

function leftOut({ groups, images }: OutlinedChart): readonly string[] {
  return groups.flatMap(({ urls, distros }) => distros.filter((_, index) => !images.some(({ url }) => url === urls[index])))
}

function refuseWithoutDefault({ name, groups, images }: OutlinedChart): void {
  for (const group of groups) {
    const there = images.filter(({ url }) => group.urls.includes(url))
    if (!there.some(({ distro }) => distro === group.default)) throw new Skip(`the chart ${name} runs the ${group.default} image by default, which was skipped`)
  }
}

/** In the place of a digest that nothing has yet, where only the form counts. */
function standIn(image: OutlineOf<At<Image>>): ReleasedImage {
  return releasedImage({ ...image, mediaType: '', size: 0, digest: digestOf(image.url) })
}

function problemOf(error: unknown): Problem {
  return asProblem('the chart', error)
}

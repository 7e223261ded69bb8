import type { ChartDependencies } from '../../lib/clients/chart/dependencies.ts'
import type { Observer } from '../../lib/contracts/workshop.ts'
import type { HubOptions } from '../../lib/formats/chart/artifact-hub-options.ts'
import type { ReleasedChart } from '../../lib/formats/chart/released-chart.ts'
import type { ReleasedImage } from '../../lib/values/released-image.ts'
import { pinned, type OutlinedChart } from './packed-chart-input.ts'
import { readChangelog } from './read-changelog.ts'

/** A chart with the release in it. @param given what the version changes, where that is not read from a changelog */
export async function released(input: OutlinedChart, images: readonly ReleasedImage[], { files }: ChartDependencies, { place }: Pick<Observer, 'place'>, given?: HubOptions['changes']): Promise<ReleasedChart> {
  const [{ releasedChart }, { hubAnnotations }, { chartPlaceName }, changes] = await Promise.all([
    import('../../lib/formats/chart/released-chart.ts'), import('../../lib/formats/chart/artifact-hub.ts'), import('./chart-place-name.ts'), given ?? changesOf(input),
  ])
  const { name, version, appVersion, hub, license } = input
  return releasedChart({
    files, name, version: version.semver, appVersion, folder: chartPlaceName(input, place), pinned: pinned(input, images),
    computed: hubAnnotations({
      chart: name, prerelease: version.prerelease || version.snapshot, ...license === undefined ? {} : { license }, ...changes === undefined ? {} : { changes },
      images: images.map(image => ({ name: images.length === 1 ? image.repository.split('/').at(-1) ?? name : image.tag, image })),
    }),
    given: hubAnnotations({ ...hub, chart: name }),
  })
}

async function changesOf(input: OutlinedChart): Promise<HubOptions['changes']> {
  const { text } = await readChangelog(input)
  if (text === undefined) return undefined
  const { changesOf: changesIn } = await import('../../lib/formats/changelog.ts')
  return changesIn(text, input.version.semver, input.repositoryUrl === undefined ? {} : { repository: input.repositoryUrl })
}

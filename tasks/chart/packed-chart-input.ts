import type { ChartPins, PinnedImages } from '../../lib/formats/chart/pins.ts'
import type { HubOptions } from '../../lib/formats/chart/artifact-hub-options.ts'
import type { At, OutlineOf } from '../../lib/values/artifact.ts'
import type { Image } from '../../lib/values/image.ts'
import type { ReleasedImage } from '../../lib/values/released-image.ts'
import type { Changes } from '../../lib/values/release-notes.ts'
import type { Version } from '../../lib/values/version.ts'
import type { FetchedCharts } from './fetched-charts.ts'
import type { HelmChoice } from './find-helm.ts'
import type { ChartPlace } from './read-chart.ts'

/** The images of one program: those that are named so by their addresses. */
export interface PinGroup {
  readonly urls: readonly string[]
  readonly distros: readonly string[]
  readonly default: string
  readonly pin: ChartPins
}

export interface PackedChartInput extends ChartPlace {
  readonly name: string
  readonly version: Version
  readonly appVersion: string
  readonly images: readonly At<Image>[]
  readonly groups: readonly PinGroup[]
  /** The packages that it takes from repositories. */
  readonly charts: FetchedCharts
  readonly hub: HubOptions
  /** What the release knows of it without being told. */
  readonly license?: string
  /** What this version changes, from its commits. */
  readonly changes?: Changes
  /** Relative to the source's folder; absent where changes are not read from one. */
  readonly changelog?: string
  /** Where people look at the project's repository. */
  readonly repositoryUrl?: string
  readonly allow: readonly string[]
  readonly helm: HelmChoice
  readonly level: number
  /** The compressor's version: other ones may give other bytes. */
  readonly zlib: string
}

/** The same before there are images. */
export type OutlinedChart = Omit<PackedChartInput, 'images' | 'charts' | 'changes'> & { readonly images: readonly OutlineOf<At<Image>>[] }

/** Each program's images with the places that name them. */
export function pinned({ groups, images: named }: OutlinedChart, images: readonly ReleasedImage[]): readonly PinnedImages[] {
  return groups.map(({ urls, default: chosen, pin }) => ({ images: images.filter((_, index) => urls.includes(named[index]?.url ?? '')), default: chosen, pin }))
}

import type { OutlineOf } from '../../values/artifact.ts'
import type { Chart } from '../../values/chart.ts'
import type { HubMetadata } from '../../values/hub-metadata.ts'
import type { Image } from '../../values/image.ts'
import type { Outline } from '../../values/outline.ts'

/** What a registry takes. */
export type Pushed = Image | Chart | HubMetadata

/** The repository of an artifact: a chart has one of its own below that of the images, which ends in its name, as Helm wants it. */
export function repositoryOf(repository: string, outline: Outline): string {
  return ['chart', 'artifact-hub'].includes(outline.kind) ? `${repository}/${(outline as OutlineOf<Chart | HubMetadata>).chart}` : repository
}

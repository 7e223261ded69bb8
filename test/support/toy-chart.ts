import { task } from '../../lib/graph/task.ts'
import type { Step } from '../../lib/graph/step.ts'
import { jsonBytes } from '../../lib/oci/json-bytes.ts'
import { mediaTypes } from '../../lib/oci/media-types.ts'
import { chartMediaTypes } from '../../lib/formats/chart/media-types.ts'
import type { At } from '../../lib/values/artifact.ts'
import type { Chart } from '../../lib/values/chart.ts'
import type { HubMetadata } from '../../lib/values/hub-metadata.ts'
import type { Image } from '../../lib/values/image.ts'

export interface ToyChart {
  readonly version?: string
  readonly images?: readonly Step<At<Image>>[]
  readonly text?: string
}

interface ToyChartInput extends Required<Omit<ToyChart, 'images'>> {
  readonly images: readonly At<Image>[]
}

const pack = task<ToyChartInput, Chart>({
  name: 'chart', revision: 1,
  outline: ({ version }) => ({ kind: 'chart', name: `gateway-${version}.tgz`, chart: 'gateway', tag: version.replaceAll('+', '_'), version }),
  work: async ({ images, text }, { content }) => {
    const config = await content.put([jsonBytes({ name: 'gateway' })], chartMediaTypes.config)
    const layer = await content.put([Buffer.from([text, ...images.map(({ url, digest }) => `${url} ${digest}`)].join('\n'))], chartMediaTypes.content)
    return content.put([jsonBytes({ schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers: [layer] })], mediaTypes.manifest)
  },
})

/** A chart that no Helm would read: a line for each image that it names. */
export function toyChart({ version = '1.2.3', images = [], text = 'a chart' }: ToyChart = {}): Step<Chart> {
  return pack({ version, images, text })
}

const tell = task<{ text: string }, HubMetadata>({
  name: 'artifact hub', revision: 1,
  outline: () => ({ kind: 'artifact-hub', name: 'artifacthub-repo.yml', chart: 'gateway', tag: 'artifacthub.io' }),
  work: async ({ text }, { content }) => {
    const [config, layer] = [await content.put([Buffer.from('{}')], 'application/vnd.cncf.artifacthub.config.v1+yaml'), await content.put([Buffer.from(text)], 'text/yaml')]
    return content.put([jsonBytes({ schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers: [layer] })], mediaTypes.manifest)
  },
})

export function toyHubMetadata(text = 'owners: []'): Step<HubMetadata> {
  return tell({ text })
}

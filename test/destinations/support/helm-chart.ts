import { gzip } from '../../../lib/formats/gzip.ts'
import { tar } from '../../../lib/formats/tar.ts'
import { task } from '../../../lib/graph/task.ts'
import type { Step } from '../../../lib/graph/step.ts'
import { chartMediaTypes } from '../../../lib/formats/chart/media-types.ts'
import { jsonBytes } from '../../../lib/oci/json-bytes.ts'
import { mediaTypes } from '../../../lib/oci/media-types.ts'
import type { Chart } from '../../../lib/values/chart.ts'
import type { Json } from '../../../lib/values/json.ts'

export interface HelmChart {
  readonly chart?: string
  readonly version?: string
  /** In a template; another text is another package. */
  readonly text?: string
  /** Further fields of Chart.yaml. */
  readonly fields?: { readonly [name: string]: Json }
  /** What the artifact is called, where that is to be wrong. */
  readonly name?: string
}

const pack = task<Required<HelmChart>, Chart>({
  name: 'chart', revision: 1,
  outline: ({ chart, version, name }) => ({ kind: 'chart', name, chart, tag: version.replaceAll('+', '_'), version }),
  work: async ({ chart, version, text, fields }, { content }) => {
    const metadata = { apiVersion: 'v2', name: chart, version, ...fields }
    const files = [['Chart.yaml', JSON.stringify(metadata)], ['templates/config.yaml', `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {text: ${JSON.stringify(text)}}\n`]] as const
    const entries = files.map(([path, body]) => ({ name: `${chart}/${path}`, mode: 0o644, size: Buffer.byteLength(body), open: async function* () { yield Buffer.from(body) } }))
    const layer = await content.put(gzip(tar(entries, { time: new Date('2026-11-21T08:51:00Z') }), 9), chartMediaTypes.content)
    const config = await content.put([jsonBytes(metadata)], chartMediaTypes.config)
    return content.put([jsonBytes({ schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers: [layer] })], mediaTypes.manifest)
  },
})

/** A chart that helm reads. */
export function helmChart({ chart = 'gateway', version = '1.2.3', text = 'a chart', fields = {}, name = `${chart}-${version}.tgz` }: HelmChart = {}): Step<Chart> {
  return pack({ chart, version, text, fields, name })
}

import type { Content } from '../contracts/content.ts'
import type { Descriptor } from '../values/descriptor.ts'
import { ReleaseError } from '../values/errors.ts'
import { isIndex, parseManifest } from './parse-manifest.ts'
import { readBytes } from './read-json.ts'

/** Helm's media type of a chart's package: https://helm.sh/docs/topics/registries, "Helm chart manifest". */
export const chartPackageType = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip'

/** The package in a chart's manifest. @throws ReleaseError (IMAGE) for a manifest that has none */
export async function packageOf(chart: Descriptor, content: Content): Promise<Descriptor> {
  const manifest = parseManifest(await readBytes(chart, content), chart)
  const found = isIndex(manifest) ? undefined : manifest.layers.find(({ mediaType }) => mediaType === chartPackageType)
  if (found) return { mediaType: found.mediaType, digest: found.digest, size: found.size }
  throw new ReleaseError(`Cannot find the package of the chart ${chart.digest}: its manifest has none`, { code: 'IMAGE', hint: 'It is no Helm chart.' })
}

import type { Content } from '../contracts/content.ts'
import type { Descriptor } from '../values/descriptor.ts'
import { chartMediaTypes } from '../formats/chart/media-types.ts'
import { ReleaseError } from '../values/errors.ts'
import { isIndex, parseManifest } from './parse-manifest.ts'
import { readBytes } from './read-json.ts'

/** The package in a chart's manifest. @throws ReleaseError (IMAGE) for a manifest that has none */
export async function packageOf(chart: Descriptor, content: Content): Promise<Descriptor> {
  const manifest = parseManifest(await readBytes(chart, content), chart)
  const found = isIndex(manifest) ? undefined : manifest.layers.find(({ mediaType }) => mediaType === chartMediaTypes.content)
  if (found) return { mediaType: found.mediaType, digest: found.digest, size: found.size }
  throw new ReleaseError(`Cannot find the package of the chart ${chart.digest}: its manifest has none`, { code: 'IMAGE', hint: 'It is no Helm chart.' })
}

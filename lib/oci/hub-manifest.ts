import type { Content } from '../contracts/content.ts'
import type { Descriptor } from '../values/descriptor.ts'
import { jsonBytes } from './json-bytes.ts'
import { mediaTypes } from './media-types.ts'

/** https://github.com/artifacthub/hub/blob/master/docs/helm_charts_repositories.md, "OCI support". */
export const hubMediaTypes = {
  config: 'application/vnd.cncf.artifacthub.config.v1+yaml',
  layer: 'application/vnd.cncf.artifacthub.repository-metadata.layer.v1.yaml',
} as const

/**
 * Stores the metadata of a repository as the OCI artifact that the page has oras push: a configuration of no bytes, and the file
 * as its one layer. oras adds the time of the push; it would make each push another artifact.
 * @returns the manifest's descriptor
 */
export async function hubManifest(file: Uint8Array, name: string, content: Content): Promise<Descriptor> {
  const config = await content.put([], hubMediaTypes.config)
  const layer = { ...await content.put([file], hubMediaTypes.layer), annotations: { 'org.opencontainers.image.title': name } }
  return content.put([jsonBytes({ schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers: [layer] })], mediaTypes.manifest)
}

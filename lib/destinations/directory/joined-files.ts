import type { Artifact } from '../../values/artifact.ts'
import type { Image } from '../../values/image.ts'
import { isImage, layoutFolder } from './placed-files.ts'

/**
 * The files that several artifacts have in common, by path: of each image layout its `oci-layout` and its `index.json`, as in
 * the OCI image layout specification 1.1.
 */
export function joinedFiles(artifacts: readonly Artifact[]): ReadonlyMap<string, string> {
  const layouts = new Map<string, Image[]>()
  for (const image of artifacts.filter(isImage)) {
    const folder = layoutFolder(image)
    layouts.set(folder, [...layouts.get(folder) ?? [], image])
  }
  return new Map([...layouts].flatMap(([folder, images]) => [
    [`${folder}/oci-layout`, '{"imageLayoutVersion":"1.0.0"}'],
    [`${folder}/index.json`, indexText(images)],
  ]))
}

function indexText(images: readonly Image[]): string {
  const manifests = [...images].sort((a, b) => a.tag < b.tag ? -1 : 1).map(({ mediaType, digest, size, tag }) =>
    ({ mediaType, digest, size, annotations: { 'org.opencontainers.image.ref.name': tag } }))
  return `${JSON.stringify({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests }, null, 2)}\n`
}

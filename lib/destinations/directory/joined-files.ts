import type { Artifact } from '../../values/artifact.ts'
import type { Descriptor } from '../../values/descriptor.ts'
import { isLaid, layoutFolder } from './placed-files.ts'

/** What a layout's index.json names. */
type Tagged = Descriptor & { readonly tag: string }

/**
 * The files that several artifacts have in common, by path: of each image layout its `oci-layout` and its `index.json`, as in
 * the OCI image layout specification 1.1.
 */
export function joinedFiles(artifacts: readonly Artifact[]): ReadonlyMap<string, string> {
  const layouts = new Map<string, Tagged[]>()
  for (const artifact of artifacts) {
    if (!isLaid(artifact)) continue
    const folder = layoutFolder(artifact)
    layouts.set(folder, [...layouts.get(folder) ?? [], artifact])
  }
  return new Map([...layouts].flatMap(([folder, tagged]) => [
    [`${folder}/oci-layout`, '{"imageLayoutVersion":"1.0.0"}'],
    [`${folder}/index.json`, indexText(tagged)],
  ]))
}

function indexText(tagged: readonly Tagged[]): string {
  const manifests = [...tagged].sort((a, b) => a.tag < b.tag ? -1 : 1).map(({ mediaType, digest, size, tag }) =>
    ({ mediaType, digest, size, annotations: { 'org.opencontainers.image.ref.name': tag } }))
  return `${JSON.stringify({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests }, null, 2)}\n`
}

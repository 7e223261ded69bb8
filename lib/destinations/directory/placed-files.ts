import type { Content } from '../../contracts/content.ts'
import type { Artifact, OutlineOf } from '../../values/artifact.ts'
import type { Chart } from '../../values/chart.ts'
import type { Demo } from '../../values/demo.ts'
import type { Descriptor } from '../../values/descriptor.ts'
import type { HubMetadata } from '../../values/hub-metadata.ts'
import type { Image } from '../../values/image.ts'
import type { Outline } from '../../values/outline.ts'

/** A file of the folder whose bytes are in the content store. */
export interface PlacedFile {
  /** Relative to the folder, with forward slashes. */
  readonly path: string
  readonly bytes: Descriptor
  readonly mode: number
}

/** What lies in a folder as part of an OCI image layout. */
type Laid = Image | Chart | HubMetadata

export function isLaid(outline: Outline): outline is OutlineOf<Laid> {
  return ['image', 'chart', 'artifact-hub'].includes(outline.kind)
}

export function isDemo(outline: Outline): outline is OutlineOf<Demo> {
  return outline.kind === 'demo'
}

/** Where the images of one repository lie in a folder, and the chart of one name: an OCI image layout. */
export function layoutFolder(outline: OutlineOf<Laid>): string {
  return 'repository' in outline ? `images/${outline.repository}` : `charts/${outline.chart}`
}

/** Where an artifact is found once it lies in a folder: a path, or what tools call something in a layout. */
export function placeOf(folder: string, outline: Outline): string {
  if (isLaid(outline)) return `oci:${folder}/${layoutFolder(outline)}:${outline.tag}`
  return `${folder}/${isDemo(outline) ? outline.folder : outline.name}`
}

/** The files that an artifact is in a folder: one, or all that it consists of. */
export async function placedFiles(artifact: Artifact, content: Content): Promise<readonly PlacedFile[]> {
  if (isLaid(artifact)) return [...await layoutFiles(artifact, content), ...await chartPackage(artifact, content)]
  if (isDemo(artifact)) {
    const { listFiles } = await import('../../clients/unpack-files.ts')
    return (await listFiles(artifact, content)).map(({ path, mode, digest, size }) =>
      ({ path: `${artifact.folder}/${path}`, bytes: { mediaType: 'application/octet-stream', digest, size }, mode }))
  }
  return [{ path: artifact.name, bytes: artifact, mode: artifact.kind === 'binary' ? 0o755 : 0o644 }]
}

async function layoutFiles(artifact: OutlineOf<Laid> & Descriptor, content: Content): Promise<readonly PlacedFile[]> {
  const { reachable } = await import('../../oci/reachable.ts')
  return (await reachable(artifact, content)).map(bytes =>
    ({ path: `${layoutFolder(artifact)}/blobs/sha256/${bytes.digest.slice('sha256:'.length)}`, bytes, mode: 0o644 }))
}

/** A chart's package stands beside the archives too, for those who take it as a file. */
async function chartPackage(artifact: OutlineOf<Laid> & Descriptor, content: Content): Promise<readonly PlacedFile[]> {
  if (artifact.kind !== 'chart') return []
  const { packageOf } = await import('../../oci/chart-package.ts')
  return [{ path: artifact.name, bytes: await packageOf(artifact, content), mode: 0o644 }]
}

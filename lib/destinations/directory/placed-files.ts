import type { Content } from '../../contracts/content.ts'
import type { Artifact } from '../../values/artifact.ts'
import type { Descriptor } from '../../values/descriptor.ts'
import type { Image } from '../../values/image.ts'
import type { Outline } from '../../values/outline.ts'

/** A file of the folder whose bytes are in the content store. */
export interface PlacedFile {
  /** Relative to the folder, with forward slashes. */
  readonly path: string
  readonly bytes: Descriptor
  readonly mode: number
}

/** Where the images of one repository lie in a folder: an OCI image layout. */
export function layoutFolder({ repository }: Pick<Image, 'repository'>): string {
  return `images/${repository}`
}

export function isImage(artifact: Outline): artifact is Image {
  return artifact.kind === 'image'
}

/** Where an artifact is found once it lies in a folder: a path, or what tools call an image of a layout. */
export function placeOf(folder: string, outline: Outline): string {
  return isImage(outline) ? `oci:${folder}/${layoutFolder(outline)}:${outline.tag}` : `${folder}/${outline.name}`
}

/** The files that an artifact is in a folder: one, or all that an image consists of. */
export async function placedFiles(artifact: Artifact, content: Content): Promise<readonly PlacedFile[]> {
  if (!isImage(artifact)) return [{ path: artifact.name, bytes: artifact, mode: artifact.kind === 'binary' ? 0o755 : 0o644 }]
  const { reachable } = await import('../../oci/reachable.ts')
  return (await reachable(artifact, content)).map(bytes =>
    ({ path: `${layoutFolder(artifact)}/blobs/sha256/${bytes.digest.slice('sha256:'.length)}`, bytes, mode: 0o644 }))
}

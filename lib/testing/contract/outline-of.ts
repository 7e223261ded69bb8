import type { Artifact, OutlineOf } from '../../values/artifact.ts'

/** What was known of an artifact before it was made. */
export function outlineOf({ mediaType: _mediaType, digest: _digest, size: _size, ...outline }: Artifact): OutlineOf<Artifact> {
  return outline
}

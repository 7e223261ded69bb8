import { listFiles } from '../../clients/unpack-files.ts'
import type { Content } from '../../contracts/content.ts'
import { reachable } from '../../oci/reachable.ts'
import { readJson } from '../../oci/read-json.ts'
import type { Artifact } from '../../values/artifact.ts'
import type { BaseContent } from '../../values/base-content.ts'
import type { Descriptor } from '../../values/descriptor.ts'
import type { LayerContent } from '../../values/layer-content.ts'

/** An artifact's blob, and those that it refers to. */
export async function blobsOf(artifact: Artifact, content: Content): Promise<readonly Descriptor[]> {
  return [artifact, ...await referredTo(artifact, content)].map(({ mediaType, digest, size }) => ({ mediaType, digest, size }))
}

async function referredTo(artifact: Artifact, content: Content): Promise<readonly Descriptor[]> {
  switch (artifact.kind) {
    case 'files': case 'demo':
      return (await listFiles(artifact, content)).map(plainFile)
    case 'layer': {
      const { blob, entries } = await readJson<LayerContent>(artifact, content)
      return [blob, ...entries.map(plainFile)]
    }
    case 'base': {
      const { layers, tree } = await readJson<BaseContent>(artifact, content)
      return [...layers, tree]
    }
    case 'platform-image': case 'image': case 'chart': case 'artifact-hub':
      return reachable(artifact, content)
    default: return []
  }
}

function plainFile({ digest, size }: Pick<Descriptor, 'digest' | 'size'>): Descriptor {
  return { mediaType: 'application/octet-stream', digest, size }
}

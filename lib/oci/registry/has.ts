import type { OciDescriptor } from '../descriptor.ts'
import type { Access } from './access.ts'
import type { Endpoint } from './endpoint.ts'
import { acceptedManifests, isManifestOrIndex } from './manifest-types.ts'

interface Look {
  readonly access: readonly Access[]
  readonly purpose: string
}

/** Whether a blob is there with that size: OCI distribution specification 1.1, "checking if content exists in the registry". */
export async function hasBlob({ ask, url }: Endpoint, { digest, size }: OciDescriptor, look: Look): Promise<boolean> {
  const answer = await ask({ method: 'HEAD', url: url(`blobs/${digest}`), expect: [200, 404], ...look })
  return answer.status === 200 && Number(answer.header('content-length') ?? size) === size
}

/** Whether a manifest, or a blob, is there. */
export async function has(endpoint: Endpoint, descriptor: OciDescriptor): Promise<boolean> {
  const { ask, url, name, repository } = endpoint
  const look: Look = { access: [{ repository, actions: ['pull'] }], purpose: `look for ${descriptor.digest} in ${name}` }
  if (!isManifestOrIndex(descriptor.mediaType)) return hasBlob(endpoint, descriptor, look)
  const answer = await ask({ method: 'HEAD', url: url(`manifests/${descriptor.digest}`), headers: { Accept: acceptedManifests }, expect: [200, 404], ...look })
  return answer.status === 200
}

import type { Access } from './access.ts'
import type { Endpoint } from './endpoint.ts'
import { uploadPlace } from './upload-place.ts'

/**
 * Whether the caller may push: an upload is begun and taken back, since token servers give those who may not push a token too,
 * only not for that.
 * @throws ReleaseError (NETWORK, CREDENTIALS, REGISTRY)
 */
export async function checkPush({ ask, url, name, repository }: Endpoint): Promise<void> {
  const purpose = `push to ${name}`
  const access: readonly Access[] = [{ repository, actions: ['pull', 'push'] }]
  const begun = await ask({ method: 'POST', url: url('blobs/uploads/'), expect: [202], access, purpose })
  await begun.discard()
  const place = uploadPlace(begun, purpose)
  // One that is left is removed by the registry itself, some time.
  await ask({ method: 'DELETE', url: place.url, expect: [200, 202, 204, 404], access, purpose, once: true }).then(answer => answer.discard(), () => undefined)
}

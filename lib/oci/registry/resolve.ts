import { ReleaseError } from '../../values/errors.ts'
import type { OciDescriptor } from '../descriptor.ts'
import { digestProblem, isDigest } from '../digest-problem.ts'
import type { Endpoint } from './endpoint.ts'
import type { Answer } from './follow-redirects.ts'
import { acceptedManifests, isManifestOrIndex } from './manifest-types.ts'
import { readManifest } from './read-manifest.ts'

/**
 * What a tag or a digest stands for, as the registry says in headers; where it does not, the manifest is read and hashed.
 * OCI distribution specification 1.1, "pulling manifests".
 */
export async function resolve(endpoint: Endpoint, tagOrDigest: string): Promise<OciDescriptor> {
  const { ask, name, repository, url } = endpoint
  checkDigest(tagOrDigest, name)
  const answer = await ask({
    method: 'HEAD', url: url(`manifests/${tagOrDigest}`), headers: { Accept: acceptedManifests }, expect: [200, 400, 405, 501],
    access: [{ repository, actions: ['pull'] }], purpose: `find ${tagOrDigest} in ${name}`,
  })
  const told = answer.status === 200 ? described(answer) : undefined
  if (told && tagOrDigest.includes(':') && told.digest !== tagOrDigest) {
    throw new ReleaseError(`Cannot find ${tagOrDigest} in ${name}: it answers with ${told.digest}`, { code: 'REGISTRY', hint: 'The registry, or something before it, is broken.' })
  }
  return told ?? (await readManifest(endpoint, tagOrDigest)).descriptor
}

function checkDigest(tagOrDigest: string, name: string): void {
  const problem = tagOrDigest.includes(':') ? digestProblem(tagOrDigest) : undefined
  if (problem !== undefined) throw new ReleaseError(`Cannot find an image in ${name}: ${problem}`, { code: 'NAME', hint: 'Write sha256: and its 64 hexadecimal digits.' })
}

function described(answer: Answer): OciDescriptor | undefined {
  const mediaType = answer.header('content-type')?.split(';')[0]?.trim() ?? ''
  const digest = answer.header('docker-content-digest') ?? ''
  const size = Number(answer.header('content-length') ?? NaN)
  return isManifestOrIndex(mediaType) && isDigest(digest) && Number.isSafeInteger(size) && size > 0 ? { mediaType, digest, size } : undefined
}

import { digestOf } from '../../values/digest.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { OciDescriptor } from '../descriptor.ts'
import type { Endpoint } from './endpoint.ts'
import { acceptedManifests, isManifestOrIndex } from './manifest-types.ts'
import { readWhole, type Whole } from './read-whole.ts'

export interface FoundManifest {
  readonly descriptor: OciDescriptor
  readonly bytes: Buffer
}

/**
 * Reads a manifest by tag or digest, hashed: OCI distribution specification 1.1, "pulling manifests".
 * @throws ReleaseError (CONTENT) where it does not have the digest that it was asked for by, or that it comes with
 */
export async function readManifest(endpoint: Endpoint, tagOrDigest: string, mediaType?: string): Promise<FoundManifest> {
  const { name, repository, url } = endpoint
  const whole = await readWhole(endpoint, {
    method: 'GET', url: url(`manifests/${tagOrDigest}`), headers: { Accept: acceptedManifests }, expect: [200],
    access: [{ repository, actions: ['pull'] }], purpose: `pull ${tagOrDigest} from ${name}`,
  })
  const digest = digestOf(whole.bytes)
  const wanted = tagOrDigest.startsWith('sha256:') ? tagOrDigest : whole.answer.header('docker-content-digest') ?? digest
  if (wanted.startsWith('sha256:') && wanted !== digest) {
    throw new ReleaseError(`Cannot pull ${tagOrDigest} from ${name}: its bytes have the digest ${digest}, not ${wanted}`, {
      code: 'CONTENT', hint: 'Try again; if it stays so, the registry or something before it changes what it holds.',
    })
  }
  const type = mediaType ?? manifestType(whole)
  if (type === undefined) throw notOne(tagOrDigest, name, whole)
  return { descriptor: { mediaType: type, digest, size: whole.bytes.length }, bytes: whole.bytes }
}

/** The media type of the answer, or where that says nothing, of the manifest itself. */
function manifestType({ answer, bytes }: Whole): string | undefined {
  return [answer.header('content-type')?.split(';')[0]?.trim(), typeIn(bytes)].find(type => type !== undefined && isManifestOrIndex(type))
}

function typeIn(bytes: Buffer): string | undefined {
  try {
    const { mediaType } = JSON.parse(bytes.toString()) as { readonly mediaType?: unknown }
    return typeof mediaType === 'string' ? mediaType : undefined
  } catch {
    return undefined
  }
}

function notOne(tagOrDigest: string, name: string, { answer }: Whole): ReleaseError {
  const type = answer.header('content-type') ?? 'nothing'
  const old = /\.v1\+(json|prettyjws)/.test(type)
  return new ReleaseError(`Cannot pull ${tagOrDigest} from ${name}: it answers with ${JSON.stringify(type)}, which is no manifest that can be used`, {
    code: 'REGISTRY', hint: old ? 'Build and push the image again: Docker schema 1 is what nothing writes since 2017.' : 'Check the name: a proxy or a login page may stand before the registry.',
  })
}

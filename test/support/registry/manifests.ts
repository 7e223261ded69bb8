import type { IncomingMessage } from 'node:http'
import { type Answer, bodyOf, refusal } from './answer.ts'
import type { FakeRegistryOptions } from './options.ts'
import { type Repository, sha256 } from './state.ts'

/** What is read of a manifest or an index, here. */
export interface ParsedManifest {
  readonly mediaType?: string
  readonly artifactType?: string
  readonly annotations?: Readonly<Record<string, string>>
  readonly subject?: { readonly digest: string }
  readonly config?: { readonly digest: string, readonly mediaType: string }
  readonly layers?: readonly { readonly digest: string, readonly urls?: readonly string[] }[]
  readonly manifests?: readonly { readonly digest: string }[]
}

const types = /^application\/vnd\.(oci\.image\.(manifest|index)\.v1|docker\.distribution\.manifest(\.list)?\.v2)\+json$/

/** OCI distribution specification 1.1, "pulling manifests", "pushing manifests", "deleting". */
export async function answerManifest(request: IncomingMessage, reference: string, repository: Repository, options: FakeRegistryOptions): Promise<Answer> {
  if (request.method === 'PUT') return put(await bodyOf(request), request, reference, repository, options)
  if (request.method === 'DELETE') return remove(reference, repository, options)
  const digest = reference.startsWith('sha256:') ? reference : repository.tags.get(reference)
  const found = digest === undefined ? undefined : repository.manifests.get(digest)
  if (digest === undefined || !found) return refusal(404, 'MANIFEST_UNKNOWN', 'manifest unknown')
  if (!(request.headers.accept ?? '').includes(found.mediaType)) return refusal(404, 'MANIFEST_UNKNOWN', `the manifest is ${found.mediaType}, which is not accepted`)
  return { status: 200, headers: { 'content-type': found.mediaType, ...digestHeader(digest, options) }, body: found.bytes }
}

function put(bytes: Buffer, request: IncomingMessage, reference: string, repository: Repository, options: FakeRegistryOptions): Answer {
  const mediaType = request.headers['content-type'] ?? ''
  const digest = sha256(bytes)
  if (bytes.length > 4 << 20) return refusal(413, 'SIZE_INVALID', 'the manifest is larger than 4 MiB')
  if (reference.startsWith('sha256:') && reference !== digest) return refusal(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content')
  if (!reference.startsWith('sha256:') && !/^\w[\w.-]{0,127}$/.test(reference)) return refusal(400, 'TAG_INVALID', 'manifest tag did not match URI')
  const manifest = parsed(bytes)
  if (!manifest || !types.test(mediaType) || (manifest.mediaType ?? mediaType) !== mediaType) return refusal(400, 'MANIFEST_INVALID', 'manifest invalid')
  const missing = missingOf(manifest, repository)
  if (missing !== undefined) return refusal(400, 'MANIFEST_BLOB_UNKNOWN', `blob unknown to registry: ${missing}`)
  repository.manifests.set(digest, { mediaType, bytes })
  if (!reference.startsWith('sha256:')) repository.tags.set(reference, digest)
  const subject = manifest.subject && options.referrers ? { 'oci-subject': manifest.subject.digest } : {}
  return { status: 201, headers: { location: `manifests/${digest}`, ...digestHeader(digest, options), ...subject } }
}

function parsed(bytes: Buffer): ParsedManifest | undefined {
  try {
    return JSON.parse(bytes.toString()) as ParsedManifest
  } catch {
    return undefined
  }
}

/** The first thing that a manifest refers to and that is not there; a subject may come later. */
function missingOf({ config, layers = [], manifests = [] }: ParsedManifest, repository: Repository): string | undefined {
  const blobs = [...config ? [config] : [], ...layers.filter(layer => !layer.urls)]
  return (blobs.find(({ digest }) => !repository.blobs.has(digest)) ?? manifests.find(({ digest }) => !repository.manifests.has(digest)))?.digest
}

function remove(reference: string, repository: Repository, { deletes = true }: FakeRegistryOptions): Answer {
  if (!deletes) return refusal(405, 'UNSUPPORTED', 'the operation is unsupported')
  const gone = reference.startsWith('sha256:') ? repository.manifests.delete(reference) : repository.tags.delete(reference)
  for (const [tag, digest] of repository.tags) if (digest === reference) repository.tags.delete(tag)
  return gone ? { status: 202 } : refusal(404, 'MANIFEST_UNKNOWN', 'manifest unknown')
}

const digestHeader = (digest: string, { digests = true }: FakeRegistryOptions): Record<string, string> => digests ? { 'docker-content-digest': digest } : {}

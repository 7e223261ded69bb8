import type { IncomingMessage } from 'node:http'
import { type Answer, refusal } from './answer.ts'
import type { FakeRegistryOptions } from './options.ts'
import { openUpload, repositoryOf, sha256, type State, type Upload } from './state.ts'

interface Place {
  readonly state: State
  readonly name: string
  readonly options: FakeRegistryOptions
  /** Whether a mount's source may be read. */
  mayRead(repository: string): boolean
}

/** OCI distribution specification 1.1, "pushing blobs": begins an upload, or mounts. */
export function beginUpload(url: URL, request: IncomingMessage, place: Place): Answer {
  const { state, name, options } = place
  const [mount, from] = [url.searchParams.get('mount'), url.searchParams.get('from')]
  const known = mount !== null && from !== null && (options.mount ?? true) && place.mayRead(from) ? state.repositories.get(from)?.blobs.get(mount) : undefined
  if (mount !== null && known) {
    repositoryOf(state, name).blobs.set(mount, known)
    return { status: 201, headers: { location: `/v2/${name}/blobs/${mount}`, ...digestHeader(mount, options) } }
  }
  return { status: 202, headers: { ...going(openUpload(state, name), request, place), ...minimum(options) } }
}

/** Takes a chunk, tells how far it is, or ends it. Bytes of a request that is cut stay. */
export async function answerUpload(url: URL, request: IncomingMessage, id: string, place: Place): Promise<Answer> {
  const upload = place.state.uploads.get(id)
  if (!upload || upload.repository !== place.name || url.searchParams.get('state') !== id) return refusal(404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry')
  switch (request.method) {
    case 'GET': return place.options.progress ?? true ? { status: 204, headers: going(id, request, place) } : refusal(400, 'UNSUPPORTED', 'the operation is unsupported')
    case 'DELETE': return place.state.uploads.delete(id) ? { status: 204 } : { status: 404 }
    case 'PATCH': return takeChunk(upload, id, request, place)
    case 'PUT': return endUpload(upload, id, url.searchParams.get('digest'), request, place)
    case undefined: default: return refusal(405, 'UNSUPPORTED', 'the operation is unsupported')
  }
}

async function takeChunk(upload: Upload, id: string, request: IncomingMessage, place: Place): Promise<Answer> {
  const { chunked = true, chunkMinimum = 0 } = place.options
  const refused = chunked ? wrongRange(upload, request) : refusal(405, 'UNSUPPORTED', 'chunks are not taken')
  if (!refused) {
    await take(upload, request)
    upload.ended = Number(request.headers['content-length'] ?? chunkMinimum) < chunkMinimum
  } else request.resume()
  return refused ? { ...refused, headers: { ...refused.headers, ...going(id, request, place) } } : { status: 202, headers: going(id, request, place) }
}

async function endUpload(upload: Upload, id: string, digest: string | null, request: IncomingMessage, { state, name, options }: Place): Promise<Answer> {
  await take(upload, request)
  const bytes = Buffer.concat(upload.parts)
  if (digest === null || sha256(bytes) !== digest) return refusal(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content')
  state.uploads.delete(id)
  repositoryOf(state, name).blobs.set(digest, bytes)
  return { status: 201, headers: { location: `/v2/${name}/blobs/${digest}`, ...digestHeader(digest, options) } }
}

async function take(upload: Upload, request: IncomingMessage): Promise<void> {
  for await (const part of request as AsyncIterable<Buffer>) {
    upload.parts.push(part)
    upload.size += part.length
  }
}

function wrongRange(upload: Upload, request: IncomingMessage): Answer | undefined {
  const range = request.headers['content-range']
  if (upload.ended) return refusal(400, 'SIZE_INVALID', 'the chunk before was too small')
  if (range === undefined) return undefined
  const [, start, end] = /^(\d+)-(\d+)$/.exec(range) ?? []
  if (Number(start) !== upload.size) return refusal(416, 'RANGE_INVALID', `the upload is at ${upload.size}`)
  const length = Number(end) - Number(start) + 1
  return length === Number(request.headers['content-length']) ? undefined : refusal(400, 'SIZE_INVALID', 'the range is not the length')
}

function going(id: string, request: IncomingMessage, { state, name, options }: Place): Record<string, string> {
  const path = `/v2/${name}/blobs/uploads/${id}?state=${id}`
  const size = state.uploads.get(id)?.size ?? 0
  return {
    location: options.locations === 'absolute' ? `http://${request.headers.host}${path}` : path,
    range: `0-${Math.max(0, size - 1)}`,
  }
}

const minimum = ({ chunkMinimum }: FakeRegistryOptions): Record<string, string> => chunkMinimum === undefined ? {} : { 'oci-chunk-min-length': String(chunkMinimum) }

const digestHeader = (digest: string, { digests = true }: FakeRegistryOptions): Record<string, string> => digests ? { 'docker-content-digest': digest } : {}

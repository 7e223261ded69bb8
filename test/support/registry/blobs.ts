import type { IncomingMessage } from 'node:http'
import { type Answer, refusal } from './answer.ts'
import type { FakeRegistryOptions } from './options.ts'
import type { Repository } from './state.ts'

/** OCI distribution specification 1.1, "pulling blobs", "checking if content exists". */
export function answerBlob(request: IncomingMessage, digest: string, repository: Repository, options: FakeRegistryOptions): Answer {
  const bytes = repository.blobs.get(digest)
  if (request.method === 'DELETE') return repository.blobs.delete(digest) ? { status: 202 } : unknown()
  if (!bytes) return unknown()
  const headers = { 'content-type': 'application/octet-stream', ...(options.digests ?? true) && { 'docker-content-digest': digest } }
  if (request.method === 'HEAD') return { status: 200, headers: { ...headers, 'content-length': String(bytes.length) } }
  const [, start] = options.ranges ?? true ? /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [] : []
  if (start === undefined) return { status: 200, headers, body: bytes }
  if (Number(start) >= bytes.length) return refusal(416, 'RANGE_INVALID', 'there are no such bytes')
  return { status: 206, headers: { ...headers, 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }, body: bytes.subarray(Number(start)) }
}

const unknown = (): Answer => refusal(404, 'BLOB_UNKNOWN', 'blob unknown to registry')

import { ReleaseError } from '../../values/errors.ts'
import type { OciDescriptor } from '../descriptor.ts'
import type { Access } from './access.ts'
import type { Endpoint } from './endpoint.ts'
import { hasBlob } from './has.ts'
import { asPassing, isPassing, statusOf, waitOf } from './passing.ts'
import type { Answer } from './follow-redirects.ts'
import { uploadChunks } from './upload-chunks.ts'
import { uploadPlace, type UploadPlace } from './upload-place.ts'

export interface BlobPush {
  readonly descriptor: OciDescriptor
  /** Another repository of the same registry that has it. */
  readonly from?: string | undefined
  /** Whether it was seen that the registry lacks it. */
  readonly lacking: boolean
  readonly sizes: UploadSizes
  open(): AsyncIterable<Uint8Array>
}

/** Bytes. */
export interface UploadSizes {
  /** What is not larger goes in one request. */
  readonly whole: number
  /** What goes in one request of what is larger. */
  readonly chunk: number
}

interface Push extends BlobPush {
  readonly access: readonly Access[]
  readonly purpose: string
}

const stream = { 'Content-Type': 'application/octet-stream' }

/**
 * Pushes a blob that is not there yet: OCI distribution specification 1.1, "pushing blobs". It is taken over from another
 * repository where that is allowed; what is cut goes on.
 */
export async function pushBlob(endpoint: Endpoint, blob: BlobPush): Promise<void> {
  const { name, repository, patience, log } = endpoint
  const { descriptor } = blob
  const push: Push = { ...blob, access: [{ repository, actions: ['pull', 'push'] }], purpose: `push ${descriptor.digest} to ${name}` }
  for (let tries = 1; ; tries += 1) {
    if (!(tries === 1 && blob.lacking) && await hasBlob(endpoint, descriptor, push)) return
    const begun = tries === 1 && push.from !== undefined ? await mount(endpoint, push, push.from) : await begin(endpoint, push)
    if (!begun) return
    try {
      return await send(endpoint, push, begun)
    } catch (thrown) {
      // An upload that the registry knows nothing of any more begins anew, or has ended and its answer was lost.
      const error = statusOf(thrown) === 404 ? asPassing(thrown) : thrown
      if (!isPassing(error)) throw error
      if (tries >= patience.tries) {
        // The answer to the last request of all may be what was lost.
        if (await hasBlob(endpoint, descriptor, push).catch(() => false)) return
        throw error
      }
      log(`${(error as Error).message}; trying again`)
      await patience.rest(tries, waitOf(error))
    }
  }
}

async function send(endpoint: Endpoint, push: Push, begun: Answer): Promise<void> {
  const { descriptor: { size }, sizes: { whole, chunk } } = push
  const place = uploadPlace(begun, push.purpose)
  const least = Number(begun.header('oci-chunk-min-length') ?? 0)
  if (size <= Math.max(whole, least)) return end(endpoint, push, place, push.open)
  const ended = await uploadChunks(endpoint, { ...push, place, chunk: Math.max(chunk, least || 0) })
  if (ended) return end(endpoint, push, ended)
  endpoint.log(`${endpoint.name} takes no chunks: sending ${push.descriptor.digest} in one request`)
  return end(endpoint, push, uploadPlace(await begin(endpoint, push), push.purpose), push.open)
}

async function begin({ ask, url }: Endpoint, { access, purpose }: Push): Promise<Answer> {
  const answer = await ask({ method: 'POST', url: url('blobs/uploads/'), expect: [202], access, purpose })
  await answer.discard()
  return answer
}

/** Nothing where it is there now; else an upload, begun. Who may not read there, or what cannot be mounted, is no reason not to push. */
async function mount(endpoint: Endpoint, push: Push, from: string): Promise<Answer | undefined> {
  const { ask, url } = endpoint
  const { access, purpose, descriptor: { digest } } = push
  const asked = ask({
    method: 'POST', url: url(`blobs/uploads/?mount=${encodeURIComponent(digest)}&from=${encodeURIComponent(from)}`),
    expect: [201, 202, 400, 401, 403, 404, 405], access: [...access, { repository: from, actions: ['pull'] }], purpose,
  })
  const answer = await asked.catch((error: unknown) => {
    // A token server may refuse all for the sake of the other repository.
    if (error instanceof ReleaseError && error.code === 'CREDENTIALS') return undefined
    throw error
  })
  await answer?.discard()
  if (answer?.status === 201) return undefined
  return answer?.status === 202 ? answer : begin(endpoint, push)
}

/** Ends an upload, with all bytes or with none that are missing. */
async function end({ ask }: Endpoint, { descriptor: { digest, size }, access, purpose }: Push, { url }: UploadPlace, open?: () => AsyncIterable<Uint8Array>): Promise<void> {
  const answer = await ask({
    method: 'PUT', url: `${url}${url.includes('?') ? '&' : '?'}digest=${encodeURIComponent(digest)}`, expect: [200, 201, 204], access, purpose, once: true,
    headers: stream, ...open && { body: { size, open } },
  })
  await answer.discard()
  const told = answer.header('docker-content-digest')
  if (told !== undefined && told !== digest) {
    throw new ReleaseError(`Cannot ${purpose}: it took it for ${told}`, { code: 'REGISTRY', hint: 'Run the release again; if it stays so, the registry is broken.' })
  }
}

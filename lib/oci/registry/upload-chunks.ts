import type { OciDescriptor } from '../descriptor.ts'
import type { Access } from './access.ts'
import type { Endpoint } from './endpoint.ts'
import { asPassing, isPassing, statusOf, waitOf } from './passing.ts'
import { type Slices, slicesOf } from './slices.ts'
import { uploadPlace, type UploadPlace } from './upload-place.ts'

export interface ChunkedUpload {
  readonly descriptor: OciDescriptor
  readonly place: UploadPlace
  /** Bytes of a chunk. */
  readonly chunk: number
  readonly access: readonly Access[]
  readonly purpose: string
  open(): AsyncIterable<Uint8Array>
}

/** What a registry says that takes no chunks, or none of that size. */
const noChunks = [400, 404, 405, 411, 413, 501]

interface Progress {
  readonly url: string
  readonly offset: number
}

/**
 * Sends a blob in chunks: OCI distribution specification 1.1, "pushing a blob in chunks". After a cut the registry is asked how
 * far it is, and the upload goes on there.
 * @returns where the upload is to be ended; undefined where the registry takes no such chunks
 */
export async function uploadChunks(endpoint: Endpoint, upload: ChunkedUpload): Promise<UploadPlace | undefined> {
  const slices = slicesOf(() => upload.open())
  let at: Progress = { url: upload.place.url, offset: 0 }
  try {
    for (let idle = 0; at.offset < upload.descriptor.size;) {
      const before = at
      const next = await sendChunk(endpoint, upload, before, slices).catch(async (error: unknown) => {
        if (before.offset === 0 && noChunks.includes(statusOf(error) ?? 0)) return undefined
        if (!(isPassing(error) || statusOf(error) === 416) || idle >= endpoint.patience.tries - 1) throw error
        await endpoint.patience.rest(idle + 1, waitOf(error))
        return seenProgress(endpoint, upload, before, error)
      })
      if (!next) return undefined
      idle = next.offset > before.offset ? 0 : idle + 1
      at = next
    }
    return at
  } finally {
    await slices.close()
  }
}

async function sendChunk({ ask }: Endpoint, { descriptor, chunk, access, purpose }: ChunkedUpload, { url, offset }: Progress, slices: Slices): Promise<Progress> {
  const size = Math.min(chunk, descriptor.size - offset)
  const answer = await ask({
    method: 'PATCH', url, expect: [202, 204], access, purpose, once: true,
    headers: { 'Content-Type': 'application/octet-stream', 'Content-Range': `${offset}-${offset + size - 1}` },
    body: { size, open: () => slices.read(offset, size) },
  })
  await answer.discard()
  return { offset: offset + size, ...uploadPlace(answer, purpose) }
}

/** How far the registry is after a failure. One that does not say has to be sent everything again. */
async function seenProgress({ ask, log }: Endpoint, { access, purpose }: ChunkedUpload, { url }: Progress, failure: unknown): Promise<Progress> {
  const answer = await ask({ method: 'GET', url, expect: [200, 202, 204], access, purpose }).catch((error: unknown) => {
    throw statusOf(error) === undefined ? error : asPassing(failure)
  })
  await answer.discard()
  const progress = { offset: 0, ...uploadPlace(answer, purpose, url) }
  log(`${(failure as Error).message}; going on at ${progress.offset}`)
  return progress
}

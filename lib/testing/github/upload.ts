import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Answer, invalid, json, notFound, refusal } from './answer.ts'
import type { Handler, RepositoryCall } from './call.ts'
import { presentAsset } from './present-release.ts'
import { releaseIn } from './releases.ts'
import { renameAsset } from './rename-asset.ts'
import { seconds } from './seconds.ts'
import type { AssetState, ReleaseState } from './state.ts'

/** Bytes that one asset may have, and assets that a release may have: "About releases", "Storage and bandwidth quotas". */
const [largest, most] = [2 ** 31, 1000]

/** Takes an asset in. Until all of it has come it is there as a `starter`, which stays where it breaks off. */
export const uploadAsset: Handler<RepositoryCall> = async call => {
  const release = releaseIn(call)
  if (!release) return notFound()
  const refused = refuse(release, call)
  if (refused) return refused
  const asset = begin(release, call)
  try {
    const { size, digest } = await write(asset.file, call)
    Object.assign(asset, { state: 'uploaded', size, digest })
  } catch {
    return refusal(400, 'Size does not match content length')
  }
  return json(presentAsset(asset, release, call), 201)
}

/** What a server that fails in the middle leaves. */
export const breakUpload: Handler<RepositoryCall> = async call => {
  const release = releaseIn(call)
  if (release && !refuse(release, call)) begin(release, call)
  await drain(call.request)
  return refusal(502, 'Bad Gateway')
}

async function drain(bytes: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const part of bytes) if (part.length === 0) continue
}

function refuse(release: ReleaseState, { url, request: { headers } }: RepositoryCall): Answer | undefined {
  const name = url.searchParams.get('name') ?? ''
  const length = Number(headers['content-length'])
  if (name === '') return refusal(400, 'Missing name')
  if (headers['content-type'] === undefined) return refusal(400, 'Bad Content-Type')
  if (!(length > 0)) return refusal(400, 'Bad Content-Length')
  if (release.immutable) return refusal(422, 'Cannot upload assets to an immutable release.')
  if (length >= largest) return invalid({ resource: 'ReleaseAsset', code: 'custom', field: 'size', message: `size must be less than ${largest}` })
  if (release.assets.size >= most) return invalid({ resource: 'ReleaseAsset', code: 'custom', field: 'release_id', message: `a release has at most ${most} assets` })
  const taken = [...release.assets.values()].some(asset => asset.name === renameAsset(name))
  return taken ? invalid({ resource: 'ReleaseAsset', code: 'already_exists', field: 'name' }) : undefined
}

function begin(release: ReleaseState, { url, request, folder, state, principal, now }: RepositoryCall): AssetState {
  const id = state.nextId()
  const asset: AssetState = {
    id, name: renameAsset(url.searchParams.get('name') ?? ''), label: url.searchParams.get('label') ?? '', state: 'starter',
    contentType: request.headers['content-type'] ?? '', size: 0, digest: null, file: join(folder, String(id)), downloads: 0,
    uploader: principal.login, createdAt: seconds(now),
  }
  release.assets.set(id, asset)
  return asset
}

async function write(file: string, { request }: RepositoryCall): Promise<{ readonly size: number, readonly digest: string }> {
  const hash = createHash('sha256')
  let size = 0
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const part of request) {
      hash.update(part)
      size += part.length
      yield part
    }
  }
  await pipeline(Readable.from(counted()), createWriteStream(file))
  if (size !== Number(request.headers['content-length'])) throw new Error('some bytes never came')
  return { size, digest: `sha256:${hash.digest('hex')}` }
}

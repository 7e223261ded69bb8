import { rm } from 'node:fs/promises'
import { invalid, json, notFound, refusal } from './answer.ts'
import type { Handler, RepositoryCall } from './call.ts'
import { page } from './page.ts'
import { presentAsset, slugOf } from './present-release.ts'
import { releaseIn } from './releases.ts'
import { renameAsset } from './rename-asset.ts'
import { fullNameOf, type AssetState, type ReleaseState } from './state.ts'

interface Found {
  readonly asset: AssetState
  readonly release: ReleaseState
}

export const listAssets: Handler<RepositoryCall> = call => {
  const release = releaseIn(call)
  return release ? page([...release.assets.values()].map(asset => presentAsset(asset, release, call)), call) : notFound()
}

/** What is known of an asset, or its bytes for who wants those. */
export const getAsset: Handler<RepositoryCall> = call => {
  const found = assetIn(call)
  if (!found) return notFound()
  if (!/application\/octet-stream/.test(call.request.headers.accept ?? '')) return json(presentAsset(found.asset, found.release, call))
  return found.asset.state === 'starter' ? notFound() : toStorage(found.asset, call)
}

export const updateAsset: Handler<RepositoryCall> = call => {
  const found = assetIn(call)
  if (!found) return notFound()
  const { asset, release } = found
  const { name, label } = call.body
  if (release.immutable) return refusal(422, 'Cannot update assets of an immutable release.')
  const renamed = typeof name === 'string' ? renameAsset(name) : asset.name
  if ([...release.assets.values()].some(other => other !== asset && other.name === renamed)) return invalid({ resource: 'ReleaseAsset', code: 'already_exists', field: 'name' })
  Object.assign(asset, { name: renamed, ...(typeof label === 'string' ? { label } : {}) })
  return json(presentAsset(asset, release, call))
}

export const deleteAsset: Handler<RepositoryCall> = async call => {
  const found = assetIn(call)
  if (!found) return notFound()
  if (found.release.immutable) return refusal(422, 'Cannot delete assets of an immutable release.')
  found.release.assets.delete(found.asset.id)
  await rm(found.asset.file, { force: true })
  return { status: 204 }
}

/** A page of the web: the file of a public release, for everybody who may see the repository. */
export const download: Handler<RepositoryCall> = call => {
  const { repository, params: { tag = '', name = '' }, writes } = call
  const release = [...repository.releases.values()].find(one => slugOf(one) === encodeURIComponent(tag) && (!one.draft || writes))
  const asset = [...release?.assets.values() ?? []].find(one => one.name === name && one.state === 'uploaded')
  return asset ? toStorage(asset, call) : notFound()
}

/** Assets are sent by another origin, for some minutes, to whoever has the address. */
function toStorage(asset: AssetState, { links, repository }: RepositoryCall): ReturnType<Handler> {
  return { status: 302, headers: { location: `${links.storage}/${fullNameOf(repository)}/${asset.id}?signature=given&name=${encodeURIComponent(asset.name)}` } }
}

function assetIn({ repository, params, writes }: RepositoryCall): Found | undefined {
  const id = Number(params['asset_id'])
  const release = [...repository.releases.values()].find(({ assets, draft }) => assets.has(id) && (!draft || writes))
  const asset = release?.assets.get(id)
  return release && asset && { asset, release }
}

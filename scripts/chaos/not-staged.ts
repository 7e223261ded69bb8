import type { Sight } from '../../lib/testing/index.ts'
import { asOwner } from '../../test/destinations/support/s3-server.ts'
import { repositories } from './eyes.ts'
import { bucketName } from './servers.ts'
import type { Site } from './site.ts'

/**
 * Once anything is public, everything has to be staged: what of a release is neither there nor waiting.
 * @param withFiles whether GitHub has the files before they are public; in a release that is public they cannot be
 */
export async function notStaged({ servers, addresses }: Site, whole: Sight, withFiles: boolean): Promise<readonly string[]> {
  const { registry, bucket } = servers.addresses()
  const headers = { accept: 'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json', ...servers.authorization === '' ? {} : { authorization: servers.authorization } }
  const digests = Object.entries(whole).flatMap(([key, value]) => {
    const [, kind] = /^(image|chart):/.exec(key) ?? []
    return kind === undefined ? [] : [`${repositories[kind as keyof typeof repositories]}/manifests/${value}`]
  })
  // One in memory gives nobody anything without a token.
  const manifests = servers.authorization === '' ? [] : await Promise.all([...new Set(digests)].map(async path => [path, (await fetch(`${registry}/v2/${path}`, { method: 'HEAD', headers })).status === 200] as const))
  const uploaded = [...servers.github().inside('example/gateway').releases.values()].flatMap(({ assets }) => [...assets.values()]).filter(({ state }) => state === 'uploaded').map(({ name }) => name)
  const files = withFiles ? Object.keys(whole).flatMap(key => /^github v[^/]+\/(.+)$/.exec(key)?.[1] ?? []) : []
  const keysOf = async (query: string): Promise<readonly string[]> => [...(await (await fetch(`${bucket}/${bucketName}?${query}`, { headers: asOwner })).text()).matchAll(/<Key>gateway\/([^<]*)<\/Key>/g)].map(([, key = '']) => decodeURIComponent(key))
  const waiting = addresses.bucket === '' ? [] : [...await keysOf('uploads'), ...await keysOf('list-type=2')]
  const objects = addresses.bucket === '' ? [] : Object.keys(whole).flatMap(key => /^bucket (\d.*)$/.exec(key)?.[1] ?? []).filter(key => !key.endsWith('/index.json'))
  return [
    ...manifests.filter(([, there]) => !there).map(([path]) => path), ...files.filter(name => !uploaded.includes(name)).map(name => `the file ${name} at GitHub`),
    ...objects.filter(key => !waiting.includes(key)).map(key => `the object ${key}`),
  ].map(what => `something is public, and ${what} is not staged`)
}

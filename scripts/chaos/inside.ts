import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { promisify } from 'node:util'
import { join } from 'node:path'
import type { Sight } from '../../lib/testing/index.ts'
import { digestOf } from '../../lib/values/digest.ts'
import { asOwner } from '../../test/destinations/support/s3-server.ts'
import { folderSight } from '../../test/testing/support/folder-sight.ts'
import type { Machine } from './machine.ts'
import { bucketName } from './servers.ts'
import type { Site } from './site.ts'

const execute = promisify(execFile)

/** All that lies there, for the owner too: drafts, commits, every file of a registry, what was left half-done, dist/ of the last machine. */
export async function lookInside({ servers, folders, addresses }: Site, machine: Machine): Promise<Sight> {
  const releases = [...servers.github().inside('example/gateway').releases.values()]
  const sights: readonly (readonly [prefix: string, sight: Sight | Promise<Sight>])[] = [
    ['release', Object.fromEntries(releases.flatMap(({ draft, tag, name, body, assets }, index) => [
      [`${index + 1}`, JSON.stringify({ draft, tag, name, body })], ...numbered([...assets.values()].map(asset => `${asset.name} ${asset.state} ${asset.digest}`).sort()).map(([number, text]) => [`${index + 1} asset ${number}`, text] as const),
    ]))],
    ['commit', commits(servers.tap)], ['dist', folderSight(join(machine.folder, 'dist'))], ['pages', folderSight(folders.pages)], ['site', folderSight(folders.site)],
    ['hidden', readdir(machine.folder).then(names => Object.fromEntries(names.filter(name => name.endsWith('.slipway')).map(name => [name, 'there'])))],
    ['left in the cache', readdir(join(machine.cache, 'tmp')).then(names => Object.fromEntries(names.map(name => [name, 'there'])))],
    ['registry', servers.storage === undefined ? {} : registryFiles(servers.storage)], ['bucket', addresses.bucket === '' ? {} : bucketFiles(servers.addresses().bucket)],
  ]
  const all = await Promise.all(sights.map(async ([prefix, sight]) => Object.entries(await sight).map(([name, value]) => [`${prefix} ${name}`, value] as const)))
  return Object.fromEntries(all.flat())
}

async function commits(bare: string): Promise<Sight> {
  const { stdout } = await execute('git', ['-C', bare, 'log', '--format=%H', '--all'])
  return Object.fromEntries(numbered(stdout.trim().split('\n').filter(line => line !== '')))
}

/** Uploads that nobody finishes are swept away by the registry itself. */
async function registryFiles(storage: string): Promise<Sight> {
  const files = await folderSight(storage)
  return Object.fromEntries(Object.entries(files).filter(([path]) => !path.includes('/_uploads/')))
}

async function bucketFiles(endpoint: string): Promise<Sight> {
  const ask = (path: string): Promise<Response> => fetch(`${endpoint}/${bucketName}${path}`, { headers: asOwner })
  const listed = async (query: string): Promise<string> => (await ask(query)).text()
  const uploads = [...(await listed('?uploads')).matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => key).sort()
  const keys = [...(await listed('?list-type=2')).matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => decodeURIComponent(key))
  const objects = await Promise.all(keys.map(async key => [key, digestOf(new Uint8Array(await (await ask(`/${key.split('/').map(encodeURIComponent).join('/')}`)).arrayBuffer()))] as const))
  return { ...Object.fromEntries(objects), ...Object.fromEntries(numbered(uploads).map(([number, key]) => [`upload ${number}`, key])) }
}

function numbered(texts: readonly string[]): readonly (readonly [number: string, text: string])[] {
  return texts.map((text, index) => [String(index + 1), text])
}

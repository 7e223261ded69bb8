import { execFile } from 'node:child_process'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual, promisify } from 'node:util'
import type { FakeGithub, PassedRequest, Sight } from '../../lib/testing/index.ts'
import { digestOf } from '../../lib/values/digest.ts'
import { asOwner } from '../../test/destinations/support/s3-server.ts'
import { registrySight } from '../../test/testing/support/registry-sight.ts'
import { bucketName, type ServerName, type Servers } from './servers.ts'
import type { Folders, Site } from './site.ts'

const execute = promisify(execFile)

/** The repositories at the registry, by what they are called here. */
export const repositories = { image: 'example/gateway', chart: 'example/charts/gateway' } as const

/** What names others is looked at before what it names. */
const order: readonly ServerName[] = ['tap', 'bucket', 'engine', 'github', 'registry']

/** Looks at all places as somebody does who only reads. */
export interface Eyes {
  /** A request goes to a server, or has been carried out there. */
  touch(server: ServerName, request: Pick<PassedRequest, 'method' | 'path'>): void
  touchAll(): void
  /** What is to be seen, the very same where nothing has changed. What was not touched since the last look is as it was. One look comes after the other. */
  look(): Promise<Sight>
}

export function eyesOn({ servers, folders, addresses }: Pick<Site, 'servers' | 'folders' | 'addresses'>): Eyes {
  const digests = new Map<string, string>()
  const commits = new Map<string, Sight>()
  const touched = new Set<ServerName>(order)
  const seen = new Map<ServerName, Sight>()
  const places: Readonly<Record<ServerName, () => Promise<Sight>>> = {
    tap: () => branchSight(servers.tap, commits), bucket: async () => addresses.bucket === '' ? {} : bucketSight(servers.addresses().bucket), engine: async () => engineSight(servers),
    github: () => githubSight(servers.github()), registry: () => steadySight(() => registrySight(servers.addresses().registry, repositories, servers.authorization)),
  }
  let whole: Sight = {}
  const looking = async (): Promise<Sight> => {
    const parts: readonly Sight[] = [
      await folderSights(folders, digests), ...await each(order, async server => {
        if (touched.delete(server)) seen.set(server, await places[server]())
        return seen.get(server) ?? {}
      }),
    ]
    const now = Object.assign({}, ...parts) as Sight
    if (!isDeepStrictEqual(now, whole)) whole = now
    return whole
  }
  let last: Promise<unknown> = Promise.resolve()
  return {
    touch: (server, request) => { if (mayPublish(server, request)) touched.add(server) }, touchAll: () => { for (const server of order) touched.add(server) },
    look: () => {
      const next = last.then(looking)
      last = next.catch(() => undefined)
      return next
    },
  }
}

/** Reading shows nobody anything new, nor does a blob without a manifest or a part of an upload. */
function mayPublish(server: ServerName, { method, path }: Pick<PassedRequest, 'method' | 'path'>): boolean {
  if (method === 'GET' || method === 'HEAD') return false
  if (server === 'registry') return !path.includes('/blobs/uploads/')
  return server !== 'bucket' || !/[?&](partNumber|uploads)=/.test(path)
}

/** While two write one tag, docker-registry lists it and has no manifest for it: for a moment a link is an empty file. */
async function steadySight(sight: () => Promise<Sight>): Promise<Sight> {
  for (let tries = 1; ; tries += 1) {
    const seen = await sight()
    if (tries === 10 || !Object.values(seen).some(value => value.startsWith('answered with'))) return seen
    await delay(50)
  }
}

async function each<T, R>(all: readonly T[], act: (one: T) => Promise<R>): Promise<readonly R[]> {
  const made: R[] = []
  for (const one of all) made.push(await act(one))
  return made
}

async function githubSight(github: FakeGithub): Promise<Sight> {
  const { latest, releases } = await github.witness('example/gateway')
  const released = releases.flatMap(({ tag, assets, ...release }) =>
    [[`github ${tag}`, JSON.stringify(release)], ...assets.map(asset => [`github ${tag}/${asset.name}`, JSON.stringify(asset)])] as [string, string][])
  return { ...latest === null ? {} : { 'github latest': latest }, ...Object.fromEntries(released) }
}

/** @param known what a commit has, by its id */
async function branchSight(bare: string, known: Map<string, Sight>): Promise<Sight> {
  const head = (await readFile(join(bare, 'refs/heads/main'), 'utf8').catch(() => '')).trim()
  const sight = head === '' ? {} : known.get(head) ?? await treeSight(bare, head)
  known.set(head, sight)
  return sight
}

async function treeSight(bare: string, commit: string): Promise<Sight> {
  const { stdout: listed } = await execute('git', ['-C', bare, 'ls-tree', '-r', '-z', commit])
  return Object.fromEntries(listed.split('\0').filter(line => line !== '').map(line => line.split('\t')).map(([value = '', path = '']) => [`tap ${path}`, value]))
}

async function bucketSight(endpoint: string): Promise<Sight> {
  const listed = await (await fetch(`${endpoint}/${bucketName}?list-type=2`, { headers: asOwner })).text()
  const objects = [...listed.matchAll(/<Key>([^<]*)<\/Key>.*?<ETag>([^<]*)<\/ETag>.*?<Size>(\d+)<\/Size>/gs)]
  return Object.fromEntries(objects.map(([, key = '', tag, size]) => [`bucket ${decodeURIComponent(key).replace(/^gateway\//, '')}`, `${size} ${tag}`]))
}

function engineSight(servers: Servers): Sight {
  return Object.fromEntries([...servers.engine().images].filter(([name]) => !name.startsWith('sha256:')).map(([name, { inspected }]) => [`engine ${name}`, inspected.Id]))
}

/** What web servers show: an index with the packages that it names, and all files that are not hidden. */
async function folderSights({ pages, site }: Folders, digests: Map<string, string>): Promise<Sight> {
  const index = await readFile(join(pages, 'index.yaml'), 'utf8').catch(() => undefined)
  const named = [...(index ?? '').matchAll(/https:\/\/charts\.example\/(\S+)/g)].map(([, name = '']) => name)
  const packages = await Promise.all(named.map(async name => [`pages ${name}`, await digestAt(join(pages, name), digests) ?? 'missing'] as const))
  const shownOf = async (paths: readonly string[]): Promise<Sight> => Object.fromEntries((await Promise.all(paths.map(async path =>
    [`site ${path.slice(site.length + 1)}`, await digestAt(path, digests)] as const))).flatMap(([key, value]) => value === undefined ? [] : [[key, value] as const]))
  // A release goes on meanwhile: what lists others is read before they are looked for.
  const lists = ['versions.json', 'latest.json'].map(name => join(site, name))
  const shown = { ...await shownOf(lists), ...await shownOf((await shownFiles(site)).filter(path => !lists.includes(path))) }
  return { ...index === undefined ? {} : { 'pages index.yaml': digestOf(index), ...Object.fromEntries(packages) }, ...shown }
}

/** What is hidden comes and goes meanwhile. */
async function shownFiles(folder: string): Promise<readonly string[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'))
  return (await Promise.all(entries.map(async entry => entry.isDirectory() ? shownFiles(join(folder, entry.name)) : [join(folder, entry.name)]))).flat()
}

/** Nothing for a file that goes away meanwhile. */
async function digestAt(path: string, digests: Map<string, string>): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined)
  if (!found) return undefined
  const state = `${path} ${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}`
  const digest = digests.get(state) ?? await readFile(path).then(digestOf, () => undefined)
  if (digest !== undefined) digests.set(state, digest)
  return digest
}

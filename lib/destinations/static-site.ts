import { relative, resolve, sep } from 'node:path'
import type { Destination, Finding } from '../contracts/destination.ts'
import type { Place, World } from '../contracts/workshop.ts'
import type { ServerClock } from '../clients/server-clock.ts'
import { isLoopback } from '../oci/registry/loopback.ts'
import { ReleaseError } from '../values/errors.ts'
import type { Outline } from '../values/outline.ts'
import { isDemo, placeOf, type Placed } from './static-site/placed.ts'
import type { SiteStore } from './static-site/site-store.ts'

export interface SiteFolder {
  /** What a web host serves, from the folder of build.ts. */
  readonly folder: string
  /** Where it is served: `https://downloads.example.com`. Default: the folder's own path. */
  readonly url?: string
}

export interface SiteBucket {
  readonly bucket: string
  readonly region: string
  /** Default: Amazon's for the region. */
  readonly endpoint?: string
  /** What stands before every path in the bucket: `gateway`. Default: nothing. */
  readonly prefix?: string
  readonly accessKeyId: string | undefined
  readonly secretAccessKey: string | undefined
  /** Of credentials that expire. */
  readonly sessionToken?: string | undefined
  /** Where the prefix is served. Default: the endpoint's own address of it. */
  readonly url?: string
}

/**
 * Files for any web host: each below its version, where it never changes, and beside them what moves: `versions.json` lists all
 * versions, `latest.json` is what the highest stable one has, with sizes and digests. In a folder, or in a bucket of S3 or a server
 * like it. Pointers move last.
 * @throws ReleaseError (USAGE) for the folder of build.ts itself, a bucket or an address that is none
 */
export function staticSite(options: SiteFolder | SiteBucket): Destination<Placed> {
  return 'folder' in options ? siteFolder(options) : siteBucket(options)
}

type Looking = Pick<World, 'signal' | 'place'>

interface Site {
  readonly name: string
  readonly local: boolean
  /** Without a slash at its end. */
  readonly base: string
  open(world: Looking, options?: { readonly replaces?: boolean; readonly tries?: number; readonly clock?: ServerClock }): Promise<SiteStore>
}

function siteFolder({ folder, url }: SiteFolder): Destination<Placed> {
  const base = url === undefined ? folder.replace(/\/+$/, '') : addressOf(url)
  const folderIn = ({ root }: Pick<Place, 'root'>): string => folderOf(folder, root)
  folderOf(folder, resolve('/'))
  const open: Site['open'] = async ({ place }, options) => (await import('./static-site/folder-store.ts')).folderStore(folderIn(place), options)
  return { ...site({ name: `site ${folder}`, local: true, base, open }), outputs: place => [folderIn(place)] }
}

function siteBucket({ bucket, region, endpoint = `https://s3.${region}.amazonaws.com`, prefix = '', url, accessKeyId, secretAccessKey, sessionToken }: SiteBucket): Destination<Placed> {
  const server = addressOf(endpoint)
  if (!server.startsWith('https:') && !isLoopback(new URL(server).host)) throw refusal(`${JSON.stringify(endpoint)} is not encrypted`, 'Write it with https.')
  if (!/^[a-z\d][a-z\d.-]{1,61}[a-z\d]$/.test(bucket)) throw refusal(`${JSON.stringify(bucket)} is no name of a bucket`, 'Write 3 to 63 small letters, digits, dots and dashes.')
  if (!/^[\w-]+$/.test(region)) throw refusal(`${JSON.stringify(region)} is no region`, 'Write one such as eu-central-1; servers that have none take us-east-1.')
  const below = prefix.replaceAll(/^\/+|\/+$/g, '')
  if (below.split('/').some(part => part === '.' || part === '..' || (part === '' && below !== ''))) throw refusal(`${JSON.stringify(prefix)} is no prefix`, 'Write a path such as gateway.')
  const base = url === undefined ? [server, bucket, below].filter(part => part !== '').join('/') : addressOf(url)
  const name = `site ${[server, bucket, below].filter(part => part !== '').join('/')}`
  const open: Site['open'] = async ({ signal }, { tries, clock } = {}) => {
    if (!accessKeyId || !secretAccessKey) throw new ReleaseError(`Cannot publish at ${name}: there is no access key`, { code: 'CREDENTIALS', hint: 'Give staticSite() accessKeyId and secretAccessKey: process.env.AWS_ACCESS_KEY_ID for instance.' })
    const [{ bucketStore }, { openS3 }, { createHttp }] = await Promise.all([import('./static-site/bucket-store.ts'), import('../clients/s3.ts'), import('../clients/http.ts')])
    const http = createHttp({ environment: process.env, signal })
    const s3 = openS3({ endpoint: server, region, bucket, http: clock?.listen(http) ?? http, signal, credential: { accessKeyId, secretAccessKey, sessionToken }, ...tries === undefined ? {} : { tries } })
    return bucketStore(s3, below === '' ? '' : `${below}/`)
  }
  return site({ name, local: false, base, open })
}

function site({ name, local, base, open }: Site): Destination<Placed> {
  return {
    name, local, reversible: true,
    url: outline => `${base}/${local && !/^https?:/.test(base) ? placeOf(outline) : placeOf(outline).split('/').map(encodeURIComponent).join('/')}${isDemo(outline) ? '/' : ''}`,
    check: async (world, what) => {
      const [{ checkSite }, { serverClock }] = await Promise.all([import('./static-site/check-site.ts'), import('../clients/server-clock.ts')])
      const clock = serverClock(world.now)
      return checkSite({ where: name, what, open: () => open(world, { tries: 2, clock }), off: clock.off, release: world.release, notice: world.notice })
    },
    probe: async (what, world) => find(await open(world), what),
    open: async (release, world) => (await import('./static-site/site-session.ts')).siteSession(name, await open(world, { replaces: release.version.snapshot }), release),
  }
}

async function find(store: SiteStore, what: Outline): Promise<Finding> {
  const found = isDemo(what) ? await demoAt(store, what) : await store.digestAt(placeOf(what))
  return found === undefined ? { state: 'absent' } : { state: 'public', digest: found }
}

/** A demo is there when all that its record lists is. */
async function demoAt(store: SiteStore, what: Outline): Promise<Awaited<ReturnType<SiteStore['digestAt']>>> {
  const { readRecord } = await import('./static-site/site-pointers.ts')
  const artifact = (await readRecord(store, what.version ?? ''))?.artifacts.find(({ name }) => name === what.name)
  for (const { path, digest } of artifact?.files ?? []) if (await store.digestAt(path) !== digest) return undefined
  return artifact?.digest
}

function folderOf(path: string, root: string): string {
  const folder = resolve(root, path)
  const way = relative(folder, root)
  if (path !== '' && way.split(sep)[0] === '..') return folder
  throw refusal(`the project itself is in ${JSON.stringify(path)}`, 'Name a folder of its own.')
}

function addressOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed && /^https?:$/.test(parsed.protocol) && parsed.username === '' && parsed.password === '' && parsed.search === '' && parsed.hash === '') return parsed.href.replace(/\/+$/, '')
  throw refusal('its address is no plain web address', 'Write it as https://downloads.example.com, without credentials.')
}

function refusal(why: string, hint: string): ReleaseError {
  return new ReleaseError(`Cannot use a place as a site: ${why}`, { code: 'USAGE', hint })
}

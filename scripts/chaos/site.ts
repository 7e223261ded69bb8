import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startFaultProxy, type Fault, type PassedRequest } from '../../lib/testing/index.ts'
import { openServers, type Addresses, type Secrets, type ServerName, type Servers } from './servers.ts'

export type Watch = (moment: 'before' | 'after', server: ServerName, request: PassedRequest) => void | Fault | Promise<void | Fault>

/** Folders that are no machine's own. */
export interface Folders {
  /** What a web server shows of charts. */
  readonly pages: string
  /** What another one shows of downloads. */
  readonly site: string
}

/** Servers behind addresses that stay, so that what names them is the same in every trial. */
export interface Site {
  /** A server that is not to be had here has none. */
  readonly addresses: Addresses
  readonly folders: Folders
  readonly secrets: Secrets
  readonly servers: Servers
  /** Told of each request, until the next one is set. */
  watch(watch: Watch | undefined): void
  /** Forgets all that was published. @param tags the commits that GitHub has, by tag */
  empty(tags: Readonly<Record<string, string>>): Promise<void>
  /** Resolves when no server works any more. */
  idle(): Promise<void>
  close(): Promise<void>
}

export async function openSite(): Promise<Site> {
  const place = await mkdtemp(join(tmpdir(), 'site-'))
  const folders: Folders = { pages: join(place, 'pages'), site: join(place, 'site') }
  const servers = await openServers(place)
  let watching: Watch | undefined
  const names: readonly ServerName[] = ['registry', 'github', 'tap', 'bucket', 'engine']
  const there = names.filter(name => servers.addresses()[name] !== '')
  const proxies = await Promise.all(there.map(async name => [name, await startFaultProxy({
    get target() { return servers.addresses()[name] }, watch: (moment, request) => watching?.(moment, name, request),
  })] as const))
  return {
    folders, servers, secrets: servers.secrets,
    addresses: { registry: '', github: '', tap: '', bucket: '', engine: '', ...Object.fromEntries(proxies.map(([name, { url }]) => [name, url])) },
    watch: watch => { watching = watch },
    empty: async tags => {
      await servers.empty(tags)
      for (const folder of Object.values(folders) as readonly string[]) {
        await rm(folder, { recursive: true, force: true, maxRetries: 3 })
        await mkdir(folder)
      }
    },
    idle: async () => { await Promise.all(proxies.map(([, proxy]) => proxy.idle())) },
    close: async () => {
      await Promise.all(proxies.map(([, proxy]) => proxy.close()))
      await servers.close()
      await rm(place, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

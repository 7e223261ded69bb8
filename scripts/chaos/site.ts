import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createExec } from '../../lib/clients/exec.ts'
import { fixedEnvironment } from '../../lib/clients/environment.ts'
import { startFakeGithub, startFaultProxy, type FakeGithub, type Fault, type PassedRequest } from '../../lib/testing/index.ts'
import { startGitHttp } from '../../test/destinations/support/git-http-server.ts'
import { startFakeRegistry } from '../../test/support/fake-registry.ts'
import { realRegistries } from '../../test/support/real-registries.ts'
import type { Addresses, Secrets } from './project.ts'

export type ServerName = 'registry' | 'github' | 'tap'

export type Watch = (moment: 'before' | 'after', server: ServerName, request: PassedRequest) => void | Fault | Promise<void | Fault>

/** Three servers behind addresses that stay, so that what names them is the same in every trial. */
export interface Site {
  readonly addresses: Addresses
  readonly secrets: Secrets
  /** What they are: `docker-registry 2.8`. */
  readonly registryName: string
  /** Told of each request, until the next one is set. */
  watch(watch: Watch | undefined): void
  /** Puts empty servers in the place of those that are there. */
  renew(commit: string): Promise<void>
  /** Those that are there now. */
  now(): Servers
  close(): Promise<void>
}

export interface Servers {
  readonly registry: string
  /** Who reads there; nothing for somebody without an account. */
  readonly authorization: string
  readonly github: FakeGithub
  /** A bare repository. */
  readonly tap: string
  close(): Promise<void>
}

const tokens = { github: 'ghp_chaos0123456789', tap: 'tap-token-0123+/="%20' }

export async function openSite(): Promise<Site> {
  const real = realRegistries().find(({ name, reason }) => name.startsWith('docker-registry') && reason === undefined)
  const secrets = { ...tokens, registry: real ? 'sesame' : 'sesame+open/0123456789' }
  let [servers, watching]: [Servers | undefined, Watch | undefined] = [undefined, undefined]
  let targets: Addresses = { registry: '', github: '', tap: '' }
  const proxies = await Promise.all((['registry', 'github', 'tap'] as const).map(async name => [name, await startFaultProxy({
    get target() { return targets[name] }, watch: (moment, request) => watching?.(moment, name, request),
  })] as const))
  return {
    secrets, registryName: real?.name ?? 'a registry of ours',
    addresses: Object.fromEntries(proxies.map(([name, { url }]) => [name, url])) as Record<ServerName, string>,
    watch: watch => { watching = watch },
    renew: async commit => {
      await servers?.close()
      const started = await startServers(secrets, commit, real)
      targets = started.urls
      servers = started
    },
    now: () => servers as Servers,
    close: async () => {
      for (const [, proxy] of proxies) await proxy.close()
      await servers?.close()
    },
  }
}

async function startServers(secrets: Secrets, commit: string, real: ReturnType<typeof realRegistries>[number] | undefined): Promise<Servers & { readonly urls: Addresses }> {
  const folder = await mkdtemp(join(tmpdir(), 'site-'))
  const registry = real
    ? await real.start({ basic: true })
    : await startFakeRegistry({ deletes: true, auth: { kind: 'token', users: { robot: secrets.registry }, anonymousPull: true } })
  const github = await startFakeGithub({
    folder: await mkdtemp(join(folder, 'github-')), repositories: { 'example/hello': { branches: { main: commit }, tags: { 'v1.2.3': commit } } },
    tokens: { [secrets.github]: { may: { 'example/hello': 'write' } } },
  })
  const bare = join(folder, 'tap.git')
  const exec = createExec({ environment: fixedEnvironment(process.env), signal: new AbortController().signal, cwd: folder })
  await exec('git', ['init', '--quiet', '--bare', bare])
  const git = await startGitHttp({ root: folder, writers: { 'x-access-token': secrets.tap } })
  return {
    registry: `http://${registry.host}`, authorization: real ? `Basic ${Buffer.from(`robot:${secrets.registry}`).toString('base64')}` : '', github, tap: bare,
    urls: { registry: `http://${registry.host}`, github: github.url, tap: git.url },
    close: async () => {
      await Promise.all([registry.close(), github.close(), git.close()])
      await rm(folder, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

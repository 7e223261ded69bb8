import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createExec } from '../../lib/clients/exec.ts'
import { fixedEnvironment } from '../../lib/clients/environment.ts'
import { startFakeGithub, type FakeGithub } from '../../lib/testing/index.ts'
import { startGitHttp } from '../../test/destinations/support/git-http-server.ts'
import { asOwner, motoServer, startS3 } from '../../test/destinations/support/s3-server.ts'
import { startFakeEngine, type FakeEngine } from '../../test/support/fake-engine.ts'
import { startFakeRegistry } from '../../test/support/fake-registry.ts'
import { realRegistries } from '../../test/support/real-registries.ts'

export type ServerName = 'registry' | 'github' | 'tap' | 'bucket' | 'engine'

/** Where each server is; empty for one that is not to be had here. */
export type Addresses = Readonly<Record<ServerName, string>>

/** What is shown to each server that asks for something. */
export interface Secrets {
  readonly registry: string
  readonly github: string
  readonly tap: string
  readonly bucket: string
}

export interface Servers {
  /** They change when all is forgotten. */
  addresses(): Addresses
  readonly secrets: Secrets
  /** What they are: `docker-registry 2.8`. */
  readonly registryName: string
  /** Who reads at the registry; nothing for somebody without an account. */
  readonly authorization: string
  /** Where the registry keeps what it has; undefined for one in memory. */
  readonly storage: string | undefined
  /** A bare repository. */
  readonly tap: string
  github(): FakeGithub
  engine(): FakeEngine
  empty(tags: Readonly<Record<string, string>>): Promise<void>
  close(): Promise<void>
}

export const bucketName = 'downloads'

/** Starts what has to be started but once; the rest is begun anew each time that all is forgotten, which is cheap. */
export async function openServers(place: string): Promise<Servers> {
  const real = realRegistries().find(({ name, reason }) => name.startsWith('docker-registry') && reason === undefined)
  const secrets: Secrets = { registry: real ? 'sesame' : 'sesame+open/0123456789', github: 'ghp_chaos0123456789', tap: 'tap-token-0123+/="%20', bucket: 'bucket/secret+key0123456789' }
  const [storage, empty, root] = ['registry', 'empty.git', 'git'].map(name => join(place, name)) as [string, string, string]
  const tap = join(root, 'tap.git')
  for (const folder of [storage, root]) await mkdir(folder)
  const exec = createExec({ environment: fixedEnvironment(process.env), signal: new AbortController().signal, cwd: place })
  await exec('git', ['init', '--quiet', '--bare', '--initial-branch=main', empty])
  const bucket = motoServer() === undefined ? undefined : await startS3()
  const registry = await real?.start({ basic: true, folder: storage })
  const git = await startGitHttp({ root, writers: { 'x-access-token': secrets.tap } })
  let now: Anew | undefined
  const current = (): Anew => {
    if (now) return now
    throw new Error('nothing is there before all was forgotten once')
  }
  return {
    secrets, tap, registryName: real?.name ?? 'a registry of ours', storage: real ? storage : undefined,
    authorization: real ? `Basic ${Buffer.from(`robot:${secrets.registry}`).toString('base64')}` : '',
    addresses: () => {
      const { github, engine, memory } = now ?? {}
      return { registry: `http://${registry?.host ?? memory?.host}`, github: github?.url ?? 'http://127.0.0.1:1', tap: git.url, bucket: bucket?.endpoint ?? '', engine: `http://${engine?.host}` }
    },
    github: () => current().github, engine: () => current().engine,
    empty: async tags => {
      await now?.close()
      now = await startAnew(place, secrets, tags, real !== undefined)
      await rm(tap, { recursive: true, force: true, maxRetries: 3 })
      await cp(empty, tap, { recursive: true })
      await rm(join(storage, 'docker'), { recursive: true, force: true, maxRetries: 3 })
      if (bucket) await emptyBucket(bucket.endpoint)
    },
    close: async () => { await Promise.all([now?.close(), registry?.close(), bucket?.close(), git.close()]) },
  }
}

interface Anew {
  readonly github: FakeGithub
  readonly engine: FakeEngine
  readonly memory: { readonly host: string } | undefined
  close(): Promise<void>
}

/** Those that live in this process. */
async function startAnew(place: string, secrets: Secrets, tags: Readonly<Record<string, string>>, hasRegistry: boolean): Promise<Anew> {
  const folder = await mkdtemp(join(place, 'github-'))
  const github = await startFakeGithub({
    folder, repositories: { 'example/gateway': { branches: { main: Object.values(tags).at(-1) ?? '' }, tags } },
    tokens: { [secrets.github]: { may: { 'example/gateway': 'write' } } },
  })
  const engine = await startFakeEngine()
  const memory = hasRegistry ? undefined : await startFakeRegistry({ deletes: true, auth: { kind: 'token', users: { robot: secrets.registry }, anonymousPull: true } })
  return {
    github, engine, memory,
    close: async () => {
      await Promise.all([github.close(), engine.close(), memory?.close()])
      await rm(folder, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

async function emptyBucket(endpoint: string): Promise<void> {
  await fetch(`${endpoint}/moto-api/reset`, { method: 'POST' })
  await fetch(`${endpoint}/${bucketName}`, { method: 'PUT', headers: asOwner })
}

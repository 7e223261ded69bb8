import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Destination } from '../../../lib/contracts/destination.ts'
import type { World } from '../../../lib/contracts/workshop.ts'
import { staticSite, type SiteBucket } from '../../../lib/destinations/static-site.ts'
import type { Placed } from '../../../lib/destinations/static-site/placed.ts'
import type { Step } from '../../../lib/graph/step.ts'
import type { ReleaseError } from '../../../lib/values/errors.ts'
import type { Problem } from '../../../lib/values/problem.ts'
import type { Release } from '../../../lib/values/release.ts'
import { publish, send } from '../../../tasks/publish.ts'
import { graphFixture, type GraphFixture } from '../../support/graph-fixture.ts'
import { asOwner, type S3Server } from './s3-server.ts'
import { releaseOf } from './tap-fixture.ts'

export interface SiteFixture {
  readonly graph: GraphFixture
  readonly site: Destination<Placed>
  /** Publishes, and returns what went wrong. */
  release(version: string, what: readonly Step<Placed>[], project?: string): Promise<readonly ReleaseError[]>
  /** From a fresh session. */
  retract(version: string, what?: readonly Step<Placed>[]): Promise<readonly Problem[]>
  /** What everybody sees, by path; hidden files of a folder too. */
  files(): Promise<Record<string, string>>
  world(release?: Release): World
  /** What was said in this fixture's own worlds. */
  readonly notices: string[]
  /** Writes as somebody else. */
  put(path: string, text: string): Promise<void>
  close(): Promise<void>
}

interface Place {
  readonly site: Destination<Placed>
  files(): Promise<Record<string, string>>
  put(path: string, text: string): Promise<void>
}

export async function folderSite(): Promise<SiteFixture> {
  const graph = await graphFixture()
  const folder = join(graph.project, 'site')
  return fixture(graph, {
    site: staticSite({ folder: 'site', url: 'https://downloads.example/' }),
    files: async () => {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
      const paths = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name)).sort()
      return Object.fromEntries(await Promise.all(paths.map(async path => [path.slice(folder.length + 1), await readFile(path, 'utf8')] as const)))
    },
    put: async (path, text) => {
      const { mkdir, writeFile } = await import('node:fs/promises')
      await mkdir(join(folder, path, '..'), { recursive: true })
      await writeFile(join(folder, path), text)
    },
  })
}

export const bucketKeys = { accessKeyId: 'AKIAEXAMPLEKEY', secretAccessKey: 'hunter2/secret+key' }

/** @param endpoint the server's own where it is absent */
export async function bucketSite(server: S3Server, bucket: string, options: Partial<SiteBucket> = {}): Promise<SiteFixture> {
  const prefix = 'down loads+x/'
  return fixture(await graphFixture(), {
    site: staticSite({ bucket, region: 'us-east-1', endpoint: server.endpoint, prefix, url: 'https://downloads.example', ...bucketKeys, ...options }),
    files: async () => {
      const keys = (await server.keys(bucket)).filter(key => key.startsWith(prefix))
      return Object.fromEntries(await Promise.all(keys.map(async key => [key.slice(prefix.length), await (await fetch(`${server.endpoint}/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`, { headers: asOwner })).text()] as const)))
    },
    put: async (path, text) => { await fetch(`${server.endpoint}/${bucket}/${`${prefix}${path}`.split('/').map(encodeURIComponent).join('/')}`, { method: 'PUT', body: text, headers: asOwner }) },
  })
}

function fixture(graph: GraphFixture, { site, files, put }: Place): SiteFixture {
  const [folders, notices]: [string[], string[]] = [[], []]
  const world = (release: Release = releaseOf()): World => {
    const { exec, signal, place } = graph.options()
    return {
      exec: exec(undefined, signal), signal, release, place, content: graph.cache.content, now: Date.now, notice: (line: string) => { notices.push(line) },
      temporary: async () => {
        const folder = await mkdtemp(join(tmpdir(), 'site-world-'))
        folders.push(folder)
        return folder
      },
    } as unknown as World
  }
  return {
    graph, site, files, put, world, notices,
    release: async (version, what, project) => {
      const outcomes = await graph.run([publish(send(site, what))], { release: releaseOf(version, project) })
      return [...outcomes.values()].flatMap(outcome => outcome.state === 'failed' ? [outcome.error as ReleaseError] : [])
    },
    retract: async (version, what = []) => {
      const own = world(releaseOf(version))
      const session = await site.open(own.release, own)
      const problems = await session.retract(what.map(({ outline }) => outline), own)
      await session.close?.()
      return problems
    },
    close: async () => {
      await Promise.all([graph.close(), ...folders.map(folder => rm(folder, { recursive: true, force: true }))])
    },
  }
}

import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Destination } from '../../../lib/contracts/destination.ts'
import type { World } from '../../../lib/contracts/workshop.ts'
import { gitTap, type GitTapOptions } from '../../../lib/destinations/git-tap.ts'
import type { Tapped } from '../../../lib/destinations/git-tap/tapped-files.ts'
import { versionTag } from '../../../lib/formats/version-tag.ts'
import type { Step } from '../../../lib/graph/step.ts'
import { task } from '../../../lib/graph/task.ts'
import type { Checksums } from '../../../lib/values/archive.ts'
import type { Demo } from '../../../lib/values/demo.ts'
import type { ReleaseError } from '../../../lib/values/errors.ts'
import { filesMediaType, type FileEntry } from '../../../lib/values/files.ts'
import type { Problem } from '../../../lib/values/problem.ts'
import type { Release } from '../../../lib/values/release.ts'
import { publish, send } from '../../../tasks/publish.ts'
import { gitRepository, type GitRepository } from '../../support/git-repository.ts'
import { graphFixture, type GraphFixture } from '../../support/graph-fixture.ts'
import { releaseValue } from '../../support/release-value.ts'

/** Text by path; a program where the path ends with a star, which is not part of it. */
export type Texts = Readonly<Record<string, string>>

const demoTask = task<{ readonly texts: Texts; readonly version: string; readonly project: string }, Demo>({
  name: 'demo', revision: 1,
  outline: ({ version, project }) => ({ kind: 'demo', name: `${project}_${version}_compose`, folder: 'compose', version }),
  work: async ({ texts }, { content }) => {
    const entries: FileEntry[] = []
    for (const [path, text] of Object.entries(texts)) {
      const { digest, size } = await content.put([Buffer.from(text, 'latin1')], 'application/octet-stream')
      entries.push({ path: path.replace('*', ''), mode: path.endsWith('*') ? 0o755 : 0o644, size, digest })
    }
    return content.put([Buffer.from(JSON.stringify(entries))], filesMediaType)
  },
})

const fileTask = task<{ readonly name: string; readonly text: string; readonly version: string }, Checksums>({
  name: 'file', revision: 1,
  outline: ({ name, version }) => ({ kind: 'checksums', algorithm: 'sha256', name, version }),
  work: ({ text }, { content }) => content.put([Buffer.from(text)], 'text/plain'),
})

/** A demo with these files; of a project that is called gateway. */
export function demoOf(texts: Texts, version = '1.2.3', project = 'gateway'): Step<Demo> {
  return demoTask({ texts, version, project })
}

export function fileOf(name: string, text: string, version = '1.2.3'): Step<Checksums> {
  return fileTask({ name, text, version })
}

/** A release of a project at a version. */
export function releaseOf(semver = '1.2.3', name = 'gateway'): Release {
  const release = releaseValue()
  const { base = '', prerelease = '' } = versionTag(semver) ?? {}
  return {
    ...release, project: { ...release.project, name },
    version: { ...release.version, semver, base, tag: `v${semver}`, prerelease: prerelease !== '', snapshot: prerelease.startsWith('dev.') },
  }
}

export interface TapFixture {
  readonly graph: GraphFixture
  /** A bare repository, empty at first. */
  readonly bare: string
  readonly person: GitRepository
  /** Runs git in the bare repository. */
  git(...args: readonly string[]): Promise<string>
  tap(options?: Partial<GitTapOptions>): Destination<Tapped>
  /** Publishes, and returns what went wrong. */
  release(version: string, what: readonly Step<Tapped>[], options?: Partial<GitTapOptions>, project?: string): Promise<readonly ReleaseError[]>
  /** From a fresh session. */
  retract(version: string, what?: readonly Step<Tapped>[], options?: Partial<GitTapOptions>): Promise<readonly Problem[]>
  /** The texts at a branch's head. */
  files(branch?: string): Promise<Record<string, string>>
  /** The commits of a branch, the first one first: `gateway 1.2.3`. */
  subjects(branch?: string): Promise<readonly string[]>
  /** A person writes, and removes, files, and pushes. */
  edits(texts: Texts, removes?: readonly string[], branch?: string): Promise<void>
  world(release?: Release): World
  /** What was said in this fixture's own worlds. */
  readonly notices: string[]
  close(): Promise<void>
}

export async function tapFixture(): Promise<TapFixture> {
  const graph = await graphFixture()
  const person = await gitRepository()
  const bare = person.beside('tap.git')
  await person.git('init', '--quiet', '--bare', bare)
  const at = person.at(bare)
  const notices: string[] = []
  const folders: string[] = []
  const tap = (options: Partial<GitTapOptions> = {}): Destination<Tapped> => gitTap({ repository: bare, ...options })
  const world = (release: Release = releaseOf()): World => {
    const { exec, signal, ...options } = graph.options()
    return {
      exec: exec(undefined, signal), signal, release, content: graph.cache.content, place: options.place, now: options.now, notice: (line: string) => { notices.push(line) },
      temporary: async () => {
        const folder = await mkdtemp(join(tmpdir(), 'tap-world-'))
        folders.push(folder)
        return folder
      },
    } as unknown as World
  }
  return {
    graph, bare, person, notices, tap, world,
    git: (...args) => at.git(...args),
    release: async (version, what, options, project) => {
      const outcomes = await graph.run([publish(send(tap(options), what))], { release: releaseOf(version, project) })
      return [...outcomes.values()].flatMap(outcome => outcome.state === 'failed' ? [outcome.error as ReleaseError] : [])
    },
    retract: async (version, what = [demoOf({})], options = {}) => {
      const own = world(releaseOf(version))
      const session = await tap(options).open(own.release, own)
      return session.retract(what.map(({ outline }) => outline), own)
    },
    files: async (branch = 'main') => {
      const head = await at.git('rev-parse', branch)   // it may move on meanwhile
      const paths = (await at.git('ls-tree', '-r', '-z', '--name-only', head)).split('\0').filter(path => path !== '')
      return Object.fromEntries(await Promise.all(paths.map(async path => [path, (await at.exec('git', ['show', `${head}:${path}`])).stdout] as const)))
    },
    subjects: async (branch = 'main') => (await at.git('log', '--reverse', '--format=%s', branch)).split('\n'),
    edits: async (texts, removes = [], branch = 'main') => {
      const there = await person.git('ls-remote', bare, `refs/heads/${branch}`)
      if (there === '') await person.git('checkout', '--quiet', '--orphan', `new-${branch}`)
      else {
        await person.git('fetch', '--quiet', bare, branch)
        await person.git('checkout', '--quiet', '--force', '--detach', 'FETCH_HEAD')
      }
      for (const path of removes) await rm(join(person.folder, path))
      await person.commit(texts)
      await person.git('push', '--quiet', bare, `HEAD:refs/heads/${branch}`)
    },
    close: async () => {
      await Promise.all([graph.close(), person.remove(), ...folders.map(folder => rm(folder, { recursive: true, force: true }))])
    },
  }
}

/** Has a hook of a bare repository run this script of the shell. */
export async function setHook(bare: string, name: string, script: string): Promise<void> {
  const { writeFile } = await import('node:fs/promises')
  await mkdir(join(bare, 'hooks'), { recursive: true })
  await writeFile(join(bare, 'hooks', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
}

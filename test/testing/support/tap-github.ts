import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createGithubPulls } from '../../../lib/clients/github/pulls.ts'
import type { Destination } from '../../../lib/contracts/destination.ts'
import { gitTap, type GitTapOptions } from '../../../lib/destinations/git-tap.ts'
import type { Tapped } from '../../../lib/destinations/git-tap/tapped-files.ts'
import { startFakeGithub, type FakeGithub, type FakeGithubOptions, type Sight } from '../../../lib/testing/index.ts'
import { githubDescription, withoutDescription } from './github-fixture.ts'

const execute = promisify(execFile)

export const [writer, reader, pusher] = ['ghp_writer%2B/+=0123', 'ghp_reader0123456789', 'github_pat_pushes0123']

/** A repository at a fake GitHub that is cloned, pushed to, and merged in, with one commit. */
export interface TapGithub extends FakeGithub {
  readonly bare: string
  /** Runs git in it; nothing where it fails. */
  git(...args: readonly string[]): Promise<string>
  /** The destination, which waits for nothing. */
  tap(options?: Partial<GitTapOptions>, server?: string): Destination<Tapped>
  ask<T>(method: string, path: string, body?: unknown, token?: string): Promise<T>
  /** What everybody sees: branches by the ids of their trees, and pull requests that are open. */
  sight(): Promise<Sight>
}

export interface ShownPull {
  readonly number: number
  readonly title: string
  readonly body: string
  readonly state: string
  readonly draft: boolean
  readonly merged_at: string | null
  readonly head: { readonly ref: string; readonly sha: string }
  readonly base: { readonly ref: string }
  readonly labels: readonly { readonly name: string }[]
}

export async function tapGithub(options: Partial<FakeGithubOptions> = {}): Promise<TapGithub> {
  const root = await mkdtemp(join(tmpdir(), 'tap-github-'))
  const bare = join(root, 'tap.git')
  const git = async (...args: readonly string[]): Promise<string> => execute('git', ['-C', bare, ...args], { env: { ...process.env, ...fixed } }).then(({ stdout }) => stdout.trimEnd(), () => '')
  await execute('git', ['init', '--quiet', '--bare', '--initial-branch=main', bare])
  const empty = await git('hash-object', '-w', '-t', 'tree', '/dev/null')
  await git('update-ref', 'refs/heads/main', await git('commit-tree', empty, '-m', 'Begin'))
  const may = (right: 'write' | 'read') => ({ may: { 'example/tap': right } })
  const github = await startFakeGithub({
    folder: root, repositories: { 'example/tap': { git: bare } },
    tokens: { [writer]: may('write'), [reader]: may('read'), [pusher]: { ...may('write'), kind: 'fine-grained', pulls: false } },
    ...withoutDescription === undefined ? { description: githubDescription } : {}, ...options,
  })
  const ask: TapGithub['ask'] = async <T>(method: string, path: string, body?: unknown, token = reader) => (await fetch(`${github.url}/repos/example/tap${path}`, {
    method, headers: { authorization: `Bearer ${token}` }, ...body === undefined ? {} : { body: JSON.stringify(body) },
  })).json() as Promise<T>
  return {
    ...github, bare, git, ask,
    tap: (more = {}, server = github.url) => gitTap({ repository: `${server}/example/tap.git`, token: writer, pullRequest: { labels: ['release'] }, ...more },
      access => createGithubPulls({ ...access, environment: {}, sleep: async () => undefined })),
    sight: async () => {
      const refs = (await git('for-each-ref', '--format=%(refname:short) %(tree)')).split('\n').map(line => line.split(' ') as [string, string])
      const pulls = await ask<readonly ShownPull[]>('GET', '/pulls')
      return Object.fromEntries([...refs, ...pulls.map(({ title, body, draft, labels, head, base }) => [`pull request ${title}`, JSON.stringify([body, draft, labels.map(({ name }) => name), head.ref, base.ref])] as const)])
    },
    close: async () => {
      await github.close()
      await rm(root, { recursive: true, force: true })
    },
  }
}

const identity = { NAME: 'Author', EMAIL: 'author@example.com', DATE: '@1795000000 +0000' }
const fixed = Object.fromEntries(Object.entries(identity).flatMap(([name, value]) => [[`GIT_AUTHOR_${name}`, value], [`GIT_COMMITTER_${name}`, value]]))

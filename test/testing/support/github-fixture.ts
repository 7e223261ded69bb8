import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startFakeGithub, type FakeGithub } from '../../../lib/testing/fake-github.ts'
import type { FakeGithubOptions, FakeRepository } from '../../../lib/testing/github/options.ts'
import { toolsFolder } from '../../support/tools-folder.ts'

/** GitHub's own description of its API, where it is there. */
export const githubDescription = join(toolsFolder(), '../github-openapi-23.0.2/api.github.com.json')

export const withoutDescription = existsSync(githubDescription) ? undefined : 'needs the description of GitHub, which .ci/tools fetches'

export const commit = '0123456789abcdef0123456789abcdef01234567'
export const [writer, reader] = ['ghp_writer0123456789', 'ghp_reader0123456789']

export interface Said {
  readonly status: number
  readonly headers: Headers
  // What an answer holds is what a test says that it holds.
  readonly data: Shown & Shown[]
  readonly text: string
}

export interface Shown {
  readonly [name: string]: unknown
  readonly id: number
  readonly message: string
  readonly assets: readonly Shown[]
}

export interface GithubFixture extends FakeGithub {
  /** Asks with a token; nobody asks without one. */
  ask(method: string, path: string, asking?: { readonly token?: string, readonly body?: unknown, readonly headers?: Readonly<Record<string, string>> }): Promise<Said>
  upload(release: number, name: string, text: string, token?: string): Promise<Said>
}

/** A fake GitHub with one repository, example/gateway, that is compared with GitHub's description where that is there. */
export async function withGithub(options: Partial<FakeGithubOptions> & { readonly repository?: Partial<FakeRepository> }, use: (github: GithubFixture) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'github-'))
  const { repository, ...rest } = options
  const github = await startFakeGithub({
    folder, repositories: { 'example/gateway': { branches: { main: commit }, tags: { 'v1.2.3': commit }, ...repository } },
    tokens: { [writer]: { may: { 'example/gateway': 'write' } }, [reader]: { may: { 'example/gateway': 'read' } } },
    ...withoutDescription === undefined ? { description: githubDescription } : {}, ...rest,
  })
  const ask: GithubFixture['ask'] = async (method, path, { token, body, headers = {} } = {}) => {
    const answer = await fetch(path.startsWith('http') ? path : `${github.url}${path}`, {
      method, redirect: 'manual', headers: { ...token === undefined ? {} : { authorization: `Bearer ${token}` }, ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, text, data: (text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : undefined) as Said['data'] }
  }
  try {
    await use({
      ...github, ask,
      upload: (release, name, text, token = writer) => ask('POST', `/repos/example/gateway/releases/${release}/assets?name=${encodeURIComponent(name)}`, { token, body: text, headers: { 'content-type': 'application/octet-stream' } }),
    })
  } finally {
    await github.close()
    await rm(folder, { recursive: true })
  }
}

import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { FakeGithub } from '../../../lib/testing/fake-github.ts'

const run = promisify(execFile)

/**
 * GitHub's own program, which speaks plain HTTP to github.localhost: the proxy that it is told to use is the server itself.
 * @returns what it prints
 */
export async function gh(github: Pick<FakeGithub, 'url'>, token: string, ...args: readonly string[]): Promise<string> {
  return start(github, token, [...args, '-R', 'github.localhost/example/gateway'])
}

/** The same for what its own commands ask by GraphQL: an answer of the REST API as it is. */
export async function ghApi(github: Pick<FakeGithub, 'url'>, token: string, ...args: readonly string[]): Promise<string> {
  return start(github, token, ['api', '--hostname=github.localhost', ...args])
}

async function start({ url }: Pick<FakeGithub, 'url'>, token: string, args: readonly string[]): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'gh-'))
  try {
    const { stdout } = await run('gh', [...args], {
      cwd: home, env: { PATH: process.env['PATH'], HOME: home, GH_CONFIG_DIR: join(home, 'gh'), GH_TOKEN: token, HTTP_PROXY: url, GH_PROMPT_DISABLED: '1', GH_NO_UPDATE_NOTIFIER: '1', NO_COLOR: '1' },
    })
    return stdout
  } finally {
    await rm(home, { recursive: true })
  }
}

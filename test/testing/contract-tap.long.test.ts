import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { test } from 'uvu'
import { gitTap } from '../../lib/destinations/git-tap.ts'
import type { Tapped } from '../../lib/destinations/git-tap/tapped-files.ts'
import { destinationContract, type Sight } from '../../lib/testing/index.ts'
import { startGitHttp } from '../destinations/support/git-http-server.ts'
import { demoOf, fileOf } from '../destinations/support/tap-fixture.ts'
import { makeIn } from './support/contract-artifacts.ts'

const execute = promisify(execFile)
const [token, readersToken] = ['hunter2+/=%20"\'', 'reads-only-0123']
const texts = (more: string) => ({ 'compose.yaml': `services: {}\n${more}`, 'config/gateway.json': '{}\n', 'start.sh*': '#!/bin/sh\n' })

/** What git prints; nothing where there is no such branch. */
async function git(folder: string, ...args: readonly string[]): Promise<string> {
  return execute('git', ['-C', folder, ...args]).then(({ stdout }) => stdout, () => '')
}

async function filesOf(bare: string): Promise<Sight> {
  const listed = (await git(bare, 'ls-tree', '-r', '-z', 'refs/heads/main')).split('\0').filter(line => line !== '')
  return Object.fromEntries(listed.map(line => line.split('\t').reverse() as [string, string]))
}

const contract = destinationContract<Tapped>({
  name: 'gitTap() over http',
  place: async () => {
    const root = await mkdtemp(join(tmpdir(), 'tap-'))
    const bare = join(root, 'tap.git')
    await execute('git', ['init', '--quiet', '--bare', bare])
    const { url, close } = await startGitHttp({ root, writers: { 'x-access-token': token }, readers: { 'x-access-token': readersToken } })
    const at = (server: string, own: string, path = 'tap.git') => gitTap({ repository: `${server}/${path}`, token: own })
    return {
      server: url, destination: server => at(server, token),
      broken: server => ({ 'a wrong token': at(server, 'wrong-token-0123'), 'a token that may only read': at(server, readersToken), 'no such repository': at(server, token, 'other.git') }),
      witness: () => filesOf(bare), inventory: async () => ({ refs: await git(bare, 'show-ref'), loose: await git(bare, 'fsck', '--strict') }),
      close: async () => {
        await close()
        await rm(root, { recursive: true })
      },
    }
  },
  artifacts: content => makeIn<Tapped>(content, [demoOf(texts('')), fileOf('sums.txt', 'a')]),
  changed: content => makeIn<Tapped>(content, [demoOf(texts('# other\n')), fileOf('sums.txt', 'b')]),
  secrets: [token, readersToken, 'wrong-token-0123'], faults: ['cut', 'torn', 'lost', 'slow'], requests: 3, atOnce: 6,
})
for (const { name, run } of contract) test(name, run)

test.run()

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createGithub } from '../../lib/clients/github.ts'
import type { ReleaseFile } from '../../lib/destinations/github-release/options.ts'
import { githubRelease } from '../../lib/destinations/github-release.ts'
import { destinationContract, startFakeGithub, type FakeGithub, type Sight } from '../../lib/testing/index.ts'
import { archive } from '../../tasks/archive.ts'
import { checksums } from '../../tasks/checksums.ts'
import { releaseValue } from '../support/release-value.ts'
import { toyBinary } from '../support/toy-binary.ts'
import { makeIn } from './support/contract-artifacts.ts'
import { commit, reader, writer } from './support/github-fixture.ts'

const repository = 'example/gateway'
const { version } = releaseValue()
const leaks: string[] = []

function files(text: string) {
  const archives = (['linux/amd64', 'darwin/arm64'] as const).map(target => archive({ binary: toyBinary({ target, text }) }))
  return [...archives, checksums({ artifacts: archives })]
}

/** Releases as everybody sees them. */
async function seen(github: FakeGithub): Promise<Sight> {
  const { latest, tags, releases } = await github.witness(repository)
  return Object.fromEntries([
    ['latest', String(latest)], ...Object.entries(tags),
    ...releases.flatMap(({ tag, assets, ...release }) => [[`release ${tag}`, JSON.stringify(release)], ...assets.map(asset => [`${tag}/${asset.name}`, JSON.stringify(asset)])]),
  ] as [string, string][])
}

/** All releases in their order, with drafts and what broken uploads left. */
function inside(github: FakeGithub): Sight {
  return Object.fromEntries([...github.inside(repository).releases.values()].map(({ draft, name, body, assets }, index) =>
    [`release ${index}`, JSON.stringify({ draft, name, body, assets: [...assets.values()].map(asset => `${asset.name} ${asset.state}`).sort() })]))
}

const contract = destinationContract<ReleaseFile>({
  name: 'githubRelease()',
  place: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'github-'))
    const github = await startFakeGithub({
      folder, repositories: { [repository]: { branches: { main: commit }, tags: { 'v1.2.3': commit } } },
      tokens: { [writer]: { may: { [repository]: 'write' } }, [reader]: { may: { [repository]: 'read' } } },
    })
    const at = (baseUrl: string, token: string) =>
      githubRelease({ repository, version, token, baseUrl, notes: { text: 'What is new' } }, access => createGithub({ ...access, environment: {}, sleep: async () => undefined }))
    return {
      server: github.url, destination: server => at(server, writer),
      broken: server => ({ 'a wrong token': at(server, `${writer}x`), 'a token that may only read': at(server, reader), 'no token': at(server, '') }),
      witness: () => seen(github), inventory: async () => inside(github),
      close: async () => {
        leaks.push(...github.leaks)
        await github.close()
        await rm(folder, { recursive: true })
      },
    }
  },
  artifacts: content => makeIn<ReleaseFile>(content, files('')), changed: content => makeIn<ReleaseFile>(content, files('other bytes')),
  secrets: [writer, reader], faults: true, requests: 6, atOnce: 12,
})
for (const { name, run } of contract) test(name, run)

test('githubRelease() shows its token to GitHub alone', () => { assert.equal(leaks, []) })

test.run()

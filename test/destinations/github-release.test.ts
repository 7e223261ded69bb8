import fc from 'fast-check'
import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { promisify } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isKept } from '../../lib/destinations/github-release/asset-name.ts'
import { githubRelease } from '../../lib/destinations/github-release.ts'
import { task } from '../../lib/graph/task.ts'
import { renameAsset } from '../../lib/testing/github/rename-asset.ts'
import { digestOf } from '../../lib/values/digest.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import type { ReleaseNotes } from '../../lib/values/release-notes.ts'
import { archive } from '../../tasks/archive.ts'
import { checksums } from '../../tasks/checksums.ts'
import { made } from '../support/graph-fixture.ts'
import { needs } from '../support/needs.ts'
import { releaseValue } from '../support/release-value.ts'
import { toyBinary } from '../support/toy-binary.ts'
import { withFiles } from '../support/with-files.ts'
import { gh } from '../testing/support/gh.ts'
import { commit, reader, writer } from '../testing/support/github-fixture.ts'
import { packageStep } from './support/package-step.ts'
import { type GithubSetting, look, version, versionOf, withSetting } from './support/github-setting.ts'

const path = '/repos/example/gateway'
const other = 'fedcba9876543210fedcba9876543210fedcba98'
const archives = [archive({ binary: toyBinary() }), archive({ binary: toyBinary({ target: 'darwin/arm64' }) })]
const files = [...archives, checksums({ artifacts: archives })]

/** A release that a person made. */
async function personal({ github }: GithubSetting, body: object): Promise<number> {
  const { status, data } = await github.ask('POST', `${path}/releases`, { token: writer, body: { tag_name: 'v1.2.3', ...body } })
  assert.is(status, 201)
  return data.id
}

const notesStep = task<{ readonly text: string }, ReleaseNotes>({
  name: 'release notes', revision: 1,
  outline: () => ({ kind: 'release-notes', name: 'gateway_1.2.3_notes.md', version: '1.2.3' }),
  work: async ({ text }, { content }) => content.put([Buffer.from(text)], 'text/markdown'),
})

function assetsOf({ github }: GithubSetting): readonly string[] {
  return [...github.inside('example/gateway').releases.values()].flatMap(({ assets }) => [...assets.values()].map(({ name }) => name)).sort()
}

test('a release is staged in a draft, read back, and made public at once', () => withSetting({}, async setting => {
  const { github, release } = setting
  assert.is(await release(files), undefined)
  const seen = await github.witness('example/gateway')
  assert.equal([seen.latest, seen.releases.length, seen.releases[0]?.name, seen.releases[0]?.body], ['v1.2.3', 1, 'v1.2.3', ''])
  const names = ['gateway_1.2.3_checksums.txt', 'gateway_1.2.3_darwin_arm64.tar.gz', 'gateway_1.2.3_linux_amd64.tar.gz']
  assert.equal(seen.releases[0]?.assets.map(({ name }) => name), names)
  const writes = github.requests.filter(({ method }) => method !== 'GET').map(({ line }) => line.replace(/\d{4,}/, 'ID').replace(/\?.*/, ''))
  assert.equal(writes, [`POST ${path}/releases`, ...names.map(() => `POST ${path}/releases/ID/assets`), `PATCH ${path}/releases/ID`])
  assert.equal([github.mistakes, github.leaks], [[], []])
}))

test('what is published already is looked at, and nothing is sent', () => withSetting({}, async ({ github, release, destination }) => {
  assert.is(await release(files), undefined)
  const seen = await github.witness('example/gateway')
  const before = github.requests.length
  assert.is(await release(files), undefined)
  assert.equal(github.requests.slice(before).filter(({ method }) => method !== 'GET'), [])
  assert.equal(await github.witness('example/gateway'), seen)
  assert.equal(await destination().check(look, files.map(({ outline }) => outline)), [])
}))

test('a probe tells what is there, and asks once for all', () => withSetting({}, async ({ github, graph, destination, release }) => {
  const end = packageStep('a.txt')
  const { outline } = end
  const there = destination()
  assert.equal(await there.probe(outline, look), { state: 'absent' })
  const { data: { id } } = await github.ask('POST', `${path}/releases`, { token: writer, body: { tag_name: 'v1.2.3', draft: true } })
  await github.upload(id, 'a.txt', 'a.txt')
  const digest = made(await graph.run([end]), end).digest
  assert.equal(await there.probe(outline, look), { state: 'staged', digest })
  assert.is(await release([end]), undefined)
  const before = github.requests.length
  const all = await Promise.all(Array.from({ length: 60 }, () => there.probe(outline, look)))
  assert.equal(all[59], { state: 'public', digest })
  assert.is(github.requests.length - before, 2)
}))

test('a server that tells no digests is asked for the bytes, which the token does not follow', () => withSetting({ digests: false }, async setting => {
  const { github, release, destination } = setting
  const enterprise = { baseUrl: `${github.url}/api/v3` }
  assert.is(await release([packageStep('a.txt', 'one')], enterprise), undefined)
  assert.equal(await destination(enterprise).probe(packageStep('a.txt').outline, look), { state: 'public', digest: digestOf('one') })
  const error = await release([packageStep('a.txt', 'two')], enterprise)
  assert.match(error?.message ?? '', digestOf('one'))
  assert.ok(github.requests.some(({ server }) => server === 'storage'))
  assert.equal(github.leaks, [])
}))

test('addresses are those of the public pages', () => {
  const url = (options: object): string => githubRelease({ repository: 'example/gateway', version, ...options }).url({ kind: 'package', name: 'a+b.tgz' })
  assert.is(url({}), 'https://github.com/example/gateway/releases/download/v1.2.3/a%2Bb.tgz')
  assert.is(url({ version: versionOf('1.2.3', { tag: 'api/v1.2.3' }) }), 'https://github.com/example/gateway/releases/download/api%2Fv1.2.3/a%2Bb.tgz')
  assert.is(url({ baseUrl: 'https://git.example/api/v3' }), 'https://git.example/example/gateway/releases/download/v1.2.3/a%2Bb.tgz')
})

test('a draft that a run left is continued: what is right stays, what is broken or different is sent again', () => withSetting({}, async setting => {
  const { github, release } = setting
  const id = await personal(setting, { draft: true })
  await github.upload(id, 'right', 'right')
  await github.upload(id, 'different', 'other bytes')
  github.break('error')
  await github.upload(id, 'broken', 'broken')
  const before = github.requests.length
  assert.is(await release(['right', 'different', 'broken', 'new'].map(name => packageStep(name))), undefined)
  const uploads = github.requests.slice(before).filter(({ method }) => method === 'POST').map(({ line }) => line.split('name=')[1])
  assert.equal(uploads.map(String).toSorted((one, two) => one < two ? -1 : 1), ['broken', 'different', 'new'])
  const [seen] = (await github.witness('example/gateway')).releases
  assert.equal(seen?.assets.map(({ name, digest }) => [name, digest]), ['broken', 'different', 'new', 'right'].map(name => [name, digestOf(name)]))
}))

test('of several drafts the oldest is taken, and empty ones that runs left go', () => withSetting({}, async setting => {
  const { github, release } = setting
  const [first] = [await personal(setting, { draft: true }), await personal(setting, { draft: true }), await personal(setting, { draft: true, body: 'mine' })]
  assert.is(await release([packageStep('a')]), undefined)
  assert.equal([...github.inside('example/gateway').releases.values()].map(({ id, draft, body }) => [id === first, draft, body]), [[true, false, ''], [false, true, 'mine']])
}))

test('notes of a person are kept, put above or below, or replaced, once', async () => {
  for (const [existing, body] of [
    ['kept', 'Mine.'], ['appended', 'Mine.\n\n<!-- by slipway -->\nHead\n\nText 1\n\nFoot'], ['prepended', '<!-- by slipway -->\nHead\n\nText 1\n\nFoot\n\nMine.'], ['replaced', 'Head\n\nText 2\n\nFoot'],
  ] as const) {
    for (const draft of [true, false]) {
      await withSetting({}, async setting => {
        // What GitHub generates is no longer the same either.
        let times = 0
        const notes = { header: 'Head', text: async () => `Text ${times += 1}`, footer: 'Foot', existing }
        await personal(setting, { draft, name: 'My title', body: 'Mine.' })
        assert.is(await setting.release([packageStep('a')], { notes }), undefined)
        assert.is(await setting.release([packageStep('a')], { notes }), undefined)
        const [seen] = (await setting.github.witness('example/gateway')).releases
        assert.equal([seen?.body, seen?.name], [body, existing === 'replaced' ? 'v1.2.3' : 'My title'], `${existing} ${draft}`)
      })
    }
  }
})

test('notes that nobody wrote are ours, with what GitHub generates', () => withSetting({ repository: { tags: { 'v1.2.3': commit, 'v1.2.2': commit } } }, async ({ github, release }) => {
  const notes = { text: 'Text\r\nmore\r\n', generated: true }
  assert.is(await release([packageStep('a')], { name: 'A title', notes, version: { ...version, previous: 'v1.2.2' } }), undefined)
  const [seen] = (await github.witness('example/gateway')).releases
  assert.equal([seen?.name, seen?.body], ['A title', `Text\nmore\n\n**Full Changelog**: ${github.url}/example/gateway/compare/v1.2.2...v1.2.3`])
  const before = github.requests.length
  assert.is(await release([packageStep('a')], { name: 'A title', notes, version: { ...version, previous: 'v1.2.2' } }), undefined)
  assert.equal(github.requests.slice(before).filter(({ method }) => method === 'PATCH'), [])
}))

test('notes that a step made are what the release says, and no file of it', () => withSetting({}, async ({ github, release, destination }) => {
  const notes = notesStep({ text: 'Refuse what is too long' })
  assert.is(await release([...files, notes]), undefined)
  const { releases: [seen] } = await github.witness('example/gateway')
  assert.equal([seen?.body, seen?.assets.length], ['Refuse what is too long', files.length])
  assert.equal(await destination().probe(notes.outline, look), { state: 'public' })
  const before = github.requests.length
  assert.is(await release([...files, notes]), undefined)
  assert.equal(github.requests.slice(before).filter(({ method }) => method !== 'GET'), [])
}))

test('a release that is public already gets its files at the end, checksums last', () => withSetting({}, async setting => {
  const { github, release } = setting
  const id = await personal(setting, { body: 'Mine.' })
  await github.upload(id, 'photo.png', 'a photo')
  const before = github.requests.length
  assert.is(await release(files), undefined)
  const uploads = github.requests.slice(before).filter(({ line }) => line.includes('?name=')).map(({ line }) => line.split('name=')[1])
  assert.equal(uploads, ['gateway_1.2.3_linux_amd64.tar.gz', 'gateway_1.2.3_darwin_arm64.tar.gz', 'gateway_1.2.3_checksums.txt'])
  assert.equal(assetsOf(setting).length, 4)
  assert.match(setting.graph.notices().join(), /files that were there before and are not made by this run: photo\.png/)
}))

test('a public file with other bytes is an error with both digests', () => withSetting({}, async ({ github, release }) => {
  assert.is(await release([packageStep('a', 'one')]), undefined)
  const seen = await github.witness('example/gateway')
  const error = await release([packageStep('a', 'two')])
  assert.is(error?.message, `Cannot publish a at GitHub release of ${new URL(github.url).host}/example/gateway: the public release v1.2.3 has it with the digest ${digestOf('one')}, not ${digestOf('two')}`)
  assert.equal(await github.witness('example/gateway'), seen)
}))

test('an immutable release is what it is', () => withSetting({ repository: { immutable: true } }, async ({ github, release, destination }) => {
  assert.is(await release([packageStep('a')]), undefined)
  assert.is(await release([packageStep('a')]), undefined)
  assert.equal(await destination().check(look, [packageStep('a').outline]), [])
  const [problem] = await destination().check(look, [packageStep('a').outline, packageStep('b').outline])
  assert.match(problem?.message ?? '', /public and immutable, without b$/)
  assert.match((await release([packageStep('a'), packageStep('b')]))?.message ?? '', /Cannot publish b at .* public and immutable/)
  assert.equal((await github.witness('example/gateway')).releases[0]?.immutable, true)
}))

test('a tag that an immutable release has used up is told as that', () => withSetting({}, async ({ github, release }) => {
  github.inside('example/gateway').burned.add('v1.2.3')
  const error = await release([packageStep('a')])
  assert.match(error?.message ?? '', /an immutable release had this tag once, and no other one ever can$/)
  assert.equal((await github.witness('example/gateway')).releases, [])
}))

for (const annotated of [[], ['v1.2.3']]) {
  test(`before anything is made it is told that a deleted release has used up its ${annotated.length > 0 ? 'annotated ' : ''}tag`, () => withSetting({
    repository: { immutable: true, annotated, tags: { 'v1.2.2': commit, 'v1.2.3': commit } },
    tokens: { [writer]: { may: { 'example/gateway': 'write' } }, github_pat_limited: { kind: 'fine-grained', may: { 'example/gateway': 'write' }, attestations: false } },
  }, async ({ github, release, destination }) => {
    const check = async (): Promise<readonly string[]> => (await destination().check(look, [packageStep('a').outline])).map(({ message }) => message)
    const publicly = (tag: string): Promise<{ readonly status: number }> => github.ask('POST', `${path}/releases`, { token: writer, body: { tag_name: tag } })
    assert.is((await publicly('v1.2.2')).status, 201)
    assert.equal(await check(), [])
    assert.is(await release([packageStep('a')]), undefined)
    assert.equal(await check(), [])
    for (const { id, tag } of github.inside('example/gateway').releases.values()) if (tag === 'v1.2.3') await github.ask('DELETE', `${path}/releases/${id}`, { token: writer })
    const [problem, ...more] = await check()
    assert.match(problem ?? '', /^Cannot publish v1\.2\.3 at .*: an immutable release had this tag once, and no other one ever can$/)
    assert.equal([more, github.mistakes], [[], []])
    const limited = destination({ token: 'github_pat_limited' })
    assert.equal(await limited.check(look, [packageStep('a').outline]), [], 'what may not be asked is no problem')
    assert.ok(github.requests.some(({ line, status }) => line.includes('/attestations/') && status === 403))
  }))
}

test('candidates are prereleases, and the latest is the highest stable version of one project', () => withSetting({
  repository: { tags: Object.fromEntries(['v1.2.3', 'v1.10.0', 'v1.9.1', 'v2.0.0-rc.1', 'api/v3.0.0', 'v1.11.0'].map(tag => [tag, commit])) },
}, async ({ github, release }) => {
  const latestAfter = async (semver: string, more: object = {}, changes: object = {}): Promise<unknown> => {
    assert.is(await release([packageStep('a')], { version: versionOf(semver, changes), ...more }), undefined)
    return (await github.witness('example/gateway')).latest
  }
  assert.is(await latestAfter('1.2.3'), 'v1.2.3')
  assert.is(await latestAfter('1.10.0'), 'v1.10.0')
  assert.is(await latestAfter('1.9.1'), 'v1.10.0')
  assert.is(await latestAfter('2.0.0-rc.1'), 'v1.10.0')
  assert.is(await latestAfter('1.11.0', { latest: false }), 'v1.10.0')
  assert.is(await latestAfter('3.0.0', {}, { tag: 'api/v3.0.0' }), 'api/v3.0.0')
  const { releases } = await github.witness('example/gateway')
  assert.equal(releases.filter(({ prerelease }) => prerelease).map(({ tag }) => tag), ['v2.0.0-rc.1'])
}))

test('it can stay a draft', () => withSetting({}, async ({ github, release }) => {
  for (let twice = 0; twice < 2; twice += 1) assert.is(await release([packageStep('a')], { draft: true, notes: { text: 'Text' } }), undefined)
  assert.equal((await github.witness('example/gateway')).releases, [])
  assert.equal([...github.inside('example/gateway').releases.values()].map(({ draft, body, assets }) => [draft, body, assets.size]), [[true, 'Text', 1]])
}))

test('all that is wrong is told before anything is made, and nothing is changed by asking', async () => {
  const outlines = [packageStep('a~b.deb').outline, packageStep('.x').outline]
  const told = async (options: Parameters<typeof withSetting>[0], given: object = {}, what = [packageStep('a').outline]): Promise<readonly string[]> => {
    let problems: readonly string[] = []
    await withSetting(options, async ({ destination, github }) => {
      problems = (await destination(given).check(look, what)).map(({ message, code }) => `${code} ${message.replaceAll(new URL(github.url).host, 'HOST')}`)
      assert.equal([...github.inside('example/gateway').releases.values()].filter(({ name }) => name === null), [])
    })
    return problems
  }
  const name = 'GitHub release of HOST/example/gateway'
  assert.equal(await told({}), [])
  assert.equal(await told({}, { token: '' }, outlines), [
    `NAME Cannot publish "a~b.deb", ".x" at ${name}: GitHub would change these names`, `CREDENTIALS Cannot publish at ${name}: there is no token`,
  ])
  assert.equal(await told({}, { token: 'ghp_nonsense' }), ['CREDENTIALS Cannot look at example/gateway: GitHub refuses the token (401, Bad credentials)'])
  assert.equal(await told({}, { token: reader }), ['CREDENTIALS Cannot write releases of example/gateway: the token may read the repository, and not write it'])
  assert.equal(await told({ tokens: { fine: { kind: 'fine-grained', owner: 'admin', may: { 'example/gateway': 'read' } } } }, { token: 'fine' }), [
    'CREDENTIALS Cannot write releases of example/gateway: GitHub refuses (403, Resource not accessible by personal access token)',
  ])
  assert.equal(await told({ repository: { tags: {}, archived: true } }), [
    `DESTINATION Cannot publish at ${name}: the repository is archived`,
    'CREDENTIALS Cannot write releases of example/gateway: GitHub refuses (403, Repository was archived so is read-only.)',
    `GIT Cannot publish v1.2.3 at ${name}: the tag is not there`,
  ])
  assert.equal(await told({ repository: { branches: { main: commit }, tags: { 'v1.2.3': other } } }), [`GIT Cannot publish v1.2.3 at ${name}: the tag is on ${other} there, and on ${commit} here`])
  assert.equal(await told({ repository: { annotated: ['v1.2.3'] } }), [])
  assert.match((await told({ now: () => Date.now() + 3_600_000 })).join(), /the clock of this machine is .* off GitHub's$/)
  assert.equal(await told({ repository: { formerly: ['example/doorway'] }, tokens: { [writer]: { may: { 'example/gateway': 'write' } } } }, { repository: 'example/doorway' }).then(all => all.filter(one => one.includes('is called'))), [
    'DESTINATION Cannot publish at GitHub release of HOST/example/doorway: the repository is called example/gateway now',
  ])
  assert.match((await told({}, { notes: { text: 'x'.repeat(125_001) } })).join(), /the notes have 125001 characters, and GitHub takes 125000$/)
  assert.match((await told({}, {}, Array.from({ length: 1001 }, (_, index) => packageStep(`n${index}`).outline))).join(), /a release has 1000 at most$/)
})

test('GitHub keeps exactly the names that are let through', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', 'Z', '9', '.', '-', '_', '+', '@', '~', ' ', '(', 'é', '日'), minLength: 1, maxLength: 12 }), name => {
    assert.is(isKept(name), renameAsset(name) === name)
  }))
})

test('the tag that moves between two looks stops it before anything is public', () => withSetting({}, async setting => {
  const { github, release } = setting
  const tags = github.inside('example/gateway').tags
  tags.set('v1.2.3', other)
  const error = await release([packageStep('a')])
  assert.equal([(error as ReleaseError).code, assetsOf(setting)], ['GIT', []])
}))

test('sixty files go up, and hundreds of other releases do not hide the draft', () => withSetting({}, async setting => {
  const { github, release } = setting
  const inside = github.inside('example/gateway')
  for (let number = 0; number < 250; number += 1) {
    const id = 100_000 + number
    inside.releases.set(id, { id, tag: `v0.0.${number}`, target: 'main', name: null, body: null, draft: false, prerelease: false, immutable: false, author: 'x', createdAt: '2027-01-01T00:00:00Z', publishedAt: '2027-01-01T00:00:00Z', updatedAt: '2027-01-01T00:00:00Z', assets: new Map() })
  }
  await personal(setting, { draft: true, body: 'Mine.' })
  const all = Array.from({ length: 60 }, (_, index) => packageStep(`file-${index}.txt`))
  assert.is(await release(all), undefined)
  assert.is(assetsOf(setting).length, 60)
  const own = (await github.witness('example/gateway')).releases.find(({ tag }) => tag === 'v1.2.3')
  assert.equal([own?.assets.length, own?.body], [60, 'Mine.'])
}))

test('a release is taken back while it can be', async () => {
  const retract = async ({ destination }: GithubSetting): Promise<readonly string[]> => {
    const session = await destination().open(releaseValue(), look as never)
    return (await session.retract([packageStep('a').outline], look as never)).map(({ message }) => message.replace(/.*: /, ''))
  }
  await withSetting({}, async setting => {
    assert.equal(await retract(setting), [])
    await setting.release([packageStep('a')], { draft: true })
    assert.equal(await retract(setting), [])
    assert.is(setting.github.inside('example/gateway').releases.size, 0)
    await setting.release([packageStep('a')])
    assert.equal(await retract(setting), [])
    assert.equal((await setting.github.witness('example/gateway')).releases, [])
    const id = await personal(setting, { draft: true, body: 'Mine.' })
    for (const name of ['a', 'photo.png']) await setting.github.upload(id, name, name)
    assert.equal(await retract(setting), ['somebody has written notes into the draft, which stays without files'])
    assert.equal(assetsOf(setting), ['photo.png'])
  })
  await withSetting({ repository: { immutable: true } }, async setting => {
    await setting.release([packageStep('a')])
    assert.equal(await retract(setting), ['it is immutable'])
    assert.is((await setting.github.witness('example/gateway')).releases.length, 1)
  })
})

needs('gh', 'sha256sum')('gh downloads what was published, and the checksums fit', () => withSetting({}, async ({ github, release }) => {
  assert.is(await release(files, { notes: { text: 'What is new' } }), undefined)
  assert.match(await gh(github, reader, 'release', 'list'), /^v1\.2\.3\tLatest\tv1\.2\.3\t/)
  await withFiles({}, async folder => {
    await gh(github, reader, 'release', 'download', 'v1.2.3', '-D', folder)
    const { stdout } = await promisify(execFile)('sha256sum', ['-c', 'gateway_1.2.3_checksums.txt'], { cwd: folder })
    assert.is(stdout, 'gateway_1.2.3_darwin_arm64.tar.gz: OK\ngateway_1.2.3_linux_amd64.tar.gz: OK\n')
  })
}))

test('a GitHub App publishes with tokens that it gets for itself', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const app = { publicKey: publicKey.export({ type: 'spki', format: 'pem' }) as string, installation: 77, may: { 'example/gateway': 'write' as const } }
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  return withSetting({ apps: { '4711': app } }, async ({ github, release, destination }) => {
    const options = { token: undefined, app: { id: 4711, privateKey: key } }
    assert.equal(await destination(options).check(look, [packageStep('a').outline]), [])
    assert.is(await release([packageStep('a')], options), undefined)
    assert.is((await github.witness('example/gateway')).releases.length, 1)
    assert.is(github.inside('example/gateway').releases.values().next().value?.author, 'releaser[bot]')
    const [wrong] = await destination({ ...options, app: { id: 4711, privateKey: 'nonsense' } }).check(look, [])
    assert.equal([wrong?.code, wrong?.message], ['CREDENTIALS', 'Cannot sign as a GitHub App: its private key cannot be read'])
    const [foreign] = await destination({ ...options, app: { id: 1, privateKey: key } }).check(look, [])
    assert.equal(foreign?.code, 'CREDENTIALS')
    assert.not.match(foreign?.message ?? '', /clock/)
    assert.equal([github.leaks, github.mistakes], [[], []])
  })
})

test('an app that signs with a wrong time is told so', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const app = { publicKey: publicKey.export({ type: 'spki', format: 'pem' }) as string, installation: 77, may: { 'example/gateway': 'write' as const } }
  const options = { token: undefined, app: { id: 4711, privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string } }
  const told = async (off: number): Promise<readonly string[]> => {
    const problems: string[] = []
    await withSetting({ apps: { '4711': app }, now: () => Date.now() + off }, async ({ destination }) => {
      problems.push(...(await destination(options).check(look, [])).map(({ code, message }) => `${code} ${message}`))
    })
    return problems
  }
  assert.equal(await told(-20_000), [])
  for (const off of [-600_000, 1_200_000]) {
    const [only, ...others] = await told(off)
    assert.match(only ?? '', /^CREDENTIALS Cannot look at example\/gateway: the clock of this machine is \d+ min \d+ s off GitHub's \(401, .*claim/)
    assert.equal(others, [])
  }
  const [early] = await told(-75_000)   // GitHub itself takes less
  assert.match(early ?? '', /^DESTINATION Cannot publish at .*: the clock of this machine is 1 min \d+ s off GitHub's$/)
})

test('what a public release has of the same names is told before anything is made', () => withSetting({}, async ({ graph, destination, release }) => {
  const notices: string[] = []
  const own = { ...look, notice: (line: string) => { notices.push(line) } }
  const asked = async (...what: Parameters<ReturnType<typeof destination>['check']>[1]): Promise<readonly string[]> => (await destination().check(own, what)).map(({ message }) => message)
  assert.is(await release([packageStep('a', 'one'), packageStep('b', 'two')]), undefined)
  const outcomes = await graph.run([packageStep('a', 'one'), packageStep('b', 'other'), packageStep('c', 'new')])
  const made = [...outcomes.values()].flatMap(outcome => 'artifact' in outcome ? [outcome.artifact] : [])
  assert.equal(made.length, 3)
  assert.equal((await asked(...made)).map(text => text.replaceAll(/sha256:\w+/g, 'DIGEST')), [`Cannot publish b at ${destination().name}: the public release v1.2.3 has it with the digest DIGEST, not DIGEST`])
  assert.equal(notices, [])
  assert.equal(await asked(packageStep('a', 'one').outline, packageStep('b', 'two').outline, packageStep('c', 'new').outline), [])
  assert.equal(notices, [`v1.2.3 is public at ${destination().name} and has a and 1 more already: nothing can take the place of that, so it goes on only where the same bytes are made`])
}))

test('what is no repository, and no address with TLS, is refused', () => withSetting({}, async ({ destination }) => {
  for (const options of [{ repository: 'gateway' }, { repository: 'a/b/c' }, { baseUrl: 'http://github.example/api/v3' }, { baseUrl: 'https://user:secret@github.example' }]) {
    const error = await destination(options).check(look, []).then(() => undefined, (one: unknown) => one) as ReleaseError
    assert.is(error.code, 'USAGE')
    assert.not.match(error.message, 'secret')
  }
}))

test('what GitHub never takes is refused before it is sent', () => withSetting({}, async setting => {
  assert.match((await setting.release([packageStep('empty', '')]))?.message ?? '', /it has 0 bytes/)
  assert.match((await setting.release([packageStep('a~b')]))?.message ?? '', /GitHub calls it a\.b$/)
  assert.equal(assetsOf(setting), [])
  assert.match((await setting.release([packageStep('a')], { version: versionOf('9.9.9') }))?.message ?? '', /the tag is not there$/)
}))

test.run()

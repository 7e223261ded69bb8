import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { World } from '../../lib/contracts/workshop.ts'
import { ociRegistry } from '../../lib/destinations/oci-registry.ts'
import { githubApiOf } from '../../lib/destinations/oci-registry/github-api.ts'
import type { Step } from '../../lib/graph/step.ts'
import { startFakeGithub, startFaultProxy, type FakeGithub, type FakeToken, type FaultProxy } from '../../lib/testing/index.ts'
import type { Chart } from '../../lib/values/chart.ts'
import type { Image } from '../../lib/values/image.ts'
import type { Problem } from '../../lib/values/problem.ts'
import { publish, send } from '../../tasks/publish.ts'
import { graphFixture, type GraphFixture } from '../support/graph-fixture.ts'
import { realRegistries, type RunningRegistry } from '../support/real-registries.ts'
import { releaseValue } from '../support/release-value.ts'
import { toyChart } from '../support/toy-chart.ts'
import { toyImage } from '../support/toy-image.ts'
import { unless } from '../support/unless.ts'
import { githubDescription, withoutDescription } from '../testing/support/github-fixture.ts'

// GitHub's container registry: a registry that people run in the place of ghcr.io, and a GitHub that deletes versions there.

interface Context {
  graph: GraphFixture
  registry: RunningRegistry
  /** What is asked of the registry by those who publish and take back. */
  asked: FaultProxy
  github: FakeGithub
  folder: string
  /** Digests that many have downloaded. */
  downloaded: string[]
  ship(version: string, ...more: readonly Step<Image | Chart>[]): Promise<void>
  retract(version: string, setting?: { readonly token?: string, readonly owner?: string }): Promise<readonly Problem[]>
  tags(repository?: string): Promise<Readonly<Record<string, string | null>>>
  manifest(reference: string, repository?: string): Promise<Manifest | undefined>
}

interface Manifest {
  readonly digest: string
  readonly manifests?: readonly { readonly digest: string }[]
}

const test = suite<Context>('github packages')
const [docker] = realRegistries()
/** Whatever is tried, GitHub is asked as it describes itself, and its registry for nothing that it does not do. */
const it = (name: string, body: (context: Context) => Promise<void>): void => unless(docker?.reason, test)(name, async context => {
  await body(context)
  const { github, asked } = context
  assert.equal(github.mistakes, [], 'as GitHub describes it')
  assert.equal(github.leaks, [])
  assert.equal(asked.requests.filter(({ method, path }) => method === 'DELETE' && path.includes('/manifests/')), [], 'ghcr.io deletes nothing')
})
const [own, reader, stranger, app] = ['ghp_own0123456789', 'ghp_reader0123456789', 'ghp_stranger0123456789', 'ghs_app0123456789']
const tokens: Readonly<Record<string, FakeToken>> = {
  [own]: { may: {}, packages: 'delete', login: 'ann' }, [reader]: { may: {}, packages: 'read', login: 'bob' }, [stranger]: { may: {} },
  [app]: { may: {}, packages: 'delete', kind: 'installation', login: 'releaser[bot]' },
}
const accept = 'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json'

test.before.each(async context => {
  const [graph, folder, registry] = [await graphFixture(), await mkdtemp(join(tmpdir(), 'packages-')), await docker?.start() as RunningRegistry]
  const asked = await startFaultProxy({ target: `http://${registry.host}` })
  const downloaded: string[] = []
  const github = await startFakeGithub({
    folder, repositories: {}, tokens, packages: { registry: `http://${registry.host}`, organizations: ['example'], downloaded },
    ...withoutDescription === undefined ? { description: githubDescription } : {},
  })
  const at = (owner = 'example', token = own) => ociRegistry(`${new URL(asked.url).host}/${owner}/gateway`, { token, githubApi: github.url })
  const image = (version: string): Step<Image> => toyImage({ version, isDefault: true, text: version })
  Object.assign(context, {
    graph, folder, registry, asked, github, downloaded,
    ship: async (version: string, ...more: readonly Step<Image | Chart>[]) => {
      for (const owner of ['example', 'ann']) {
        const outcomes = await graph.run([publish(send(at(owner), image(version), toyChart({ version, text: version }), ...more))], { release: releaseValue() })
        for (const outcome of outcomes.values()) if (outcome.state === 'failed') throw outcome.error
      }
    },
    retract: async (version: string, { token, owner }: { token?: string, owner?: string } = {}) => {
      const { content, signal, exec } = graph.options()
      const world = { content, signal, exec: exec(undefined, signal) } as unknown as World
      return (await at(owner, token).open(releaseValue(), world)).retract([image(version).outline, toyChart({ version, text: version }).outline], world)
    },
    manifest: async (reference: string, repository = 'example/gateway') => {
      const answer = await fetch(`http://${registry.host}/v2/${repository}/manifests/${reference}`, { headers: { accept } })
      return answer.ok ? { ...await answer.json() as object, digest: answer.headers.get('docker-content-digest') ?? '' } : undefined
    },
    tags: async (repository = 'example/gateway') => {
      const listed = await (await fetch(`http://${registry.host}/v2/${repository}/tags/list`)).json() as { tags?: readonly string[] | null }
      const each = [...listed.tags ?? []].sort().map(async tag => [tag, (await context.manifest(tag, repository))?.digest ?? null] as const)
      return Object.fromEntries(await Promise.all(each))
    },
  })
})
test.after.each(async ({ graph, registry, asked, github, folder }) => {
  await Promise.all([asked, github].map(one => one.close()))
  await registry.close()
  await graph.close()
  await rm(folder, { recursive: true })
})

it('a version goes with its images for single platforms and its chart; latest goes back first', async ({ ship, retract, tags, manifest, github }) => {
  await ship('1.0.0')
  const before = [await tags(), await tags('example/gateway/gateway')]
  await ship('1.1.0')
  const [taken, kept] = [await manifest('1.1.0'), await manifest('1.0.0')]
  assert.is((await tags())['latest'], taken?.digest)
  assert.equal(await retract('1.1.0'), [])
  assert.equal([await tags(), await tags('example/gateway/gateway')], before)
  const gone = [taken?.digest ?? '', ...taken?.manifests?.map(({ digest }) => digest) ?? []]
  assert.is(gone.length, 3)
  for (const digest of gone) assert.is(await manifest(digest), undefined)
  for (const { digest } of kept?.manifests ?? []) assert.ok(await manifest(digest), 'what is left is whole')
  const deleted = github.requests.filter(({ method }) => method === 'DELETE')
  assert.equal([...new Set(deleted.map(({ path }) => path.replace(/\d+$/, '')))].sort(), ['/orgs/example/packages/container/gateway%2Fgateway/versions/', '/orgs/example/packages/container/gateway/versions/'])
  assert.is(deleted.length, 4)
  assert.equal(await retract('1.1.0'), [], 'again')
  assert.ok((await tags('ann/gateway'))['1.1.0'], 'somebody else\'s stays')
})

it('what else has a tag stays, and is named; so does what another tag leads to', async ({ registry, ship, retract, tags, manifest }) => {
  await ship('1.0.0')
  await ship('1.1.0')
  const version = await manifest('1.1.0')
  const put = (tag: string, body: object): Promise<Response> => fetch(`http://${registry.host}/v2/example/gateway/manifests/${tag}`, { method: 'PUT', body: JSON.stringify(body), headers: { 'content-type': 'application/vnd.oci.image.index.v1+json' } })
  const { digest, ...whole } = version ?? { digest: '' }
  const text = await (await fetch(`http://${registry.host}/v2/example/gateway/manifests/1.1.0`, { headers: { accept } })).text()
  assert.is((await fetch(`http://${registry.host}/v2/example/gateway/manifests/edge`, { method: 'PUT', body: text, headers: { 'content-type': 'application/vnd.oci.image.index.v1+json' } })).status, 201)
  const [problem, ...more] = await retract('1.1.0')
  assert.equal(more, [])
  assert.match(problem?.message ?? '', /^Cannot take back the tags (?=.*\b1\.1\.0\b)(?=.*\b1\.1\.0-alpine\b)[^:]* at 127\.0\.0\.1:\d+\/example\/gateway: the same version is edge too, and GitHub deletes versions, not tags$/)
  assert.is((await tags())['1.1.0'], digest)
  assert.is((await tags())['latest'], (await tags())['1.0.0'], 'what moves has moved')

  // Now it is another index that names one of its images.
  const [first, second] = version?.manifests ?? []
  assert.is((await put('edge', { ...whole, manifests: [first] })).status, 201)
  assert.equal(await retract('1.1.0'), [])
  assert.equal(Object.keys(await tags()), ['1.0.0', '1.0.0-alpine', 'edge', 'latest', 'latest-alpine'])
  assert.equal([Boolean(await manifest(first?.digest ?? '')), Boolean(await manifest(second?.digest ?? ''))], [true, false])
})

const refusals: readonly (readonly [why: string, token: string | undefined, message: RegExp, hint: RegExp])[] = [
  ['a token that may only read', reader, /: cannot delete the version sha256:\w+ of the package example\/gateway: GitHub refuses \(403, You need at least delete:packages scope/, /delete:packages/],
  ['a token that may do nothing with packages', stranger, /: cannot list the versions of the package example\/gateway: GitHub refuses \(403, You need at least read:packages scope/, /delete:packages/],
]
for (const [why, token, message, hint] of refusals) {
  it(`${why} takes nothing back, and is told what stays`, async ({ ship, retract, tags }) => {
    await ship('1.0.0')
    await ship('1.1.0')
    const before = await tags()
    const problems = await retract('1.1.0', token === undefined ? {} : { token })
    assert.equal(problems.map(({ message: text }) => /^Cannot take back the tags? ([^:]*) at /.exec(text)?.[1]?.split(', ').sort().join(' ')), ['1.1.0', '1.1.0 1.1.0-alpine'])
    assert.match(problems[1]?.message ?? '', message)
    assert.match(problems[1]?.hint ?? '', hint)
    assert.equal(await tags(), { ...before, latest: before['1.0.0'], 'latest-alpine': before['1.0.0'] })
  })
}

it('the last version and what many have downloaded stay, with what can be done', async ({ ship, retract, tags, manifest, downloaded }) => {
  await ship('1.0.0')
  const before = await tags()
  const last = await retract('1.0.0')
  assert.equal(last.map(({ message }) => message.replace(/^.*GitHub answers /, '')), Array.from({ length: 2 }, () => '400, You cannot delete the last tagged version of a package. You must delete the package instead.'))
  assert.match(last[1]?.hint ?? '', /delete the package example\/gateway in its settings/)
  assert.equal(await tags(), before)
  await ship('1.1.0')
  downloaded.push((await manifest('1.1.0'))?.digest ?? '')
  const [many, ...more] = await retract('1.1.0')
  assert.equal(more, [])
  assert.match(many?.message ?? '', /more than 5000 downloads cannot be deleted/)
  assert.match(many?.hint ?? '', /^GitHub support can delete it/)
})

it('a person\'s packages are found: one\'s own, and those of another', async ({ ship, retract, tags, github }) => {
  await ship('1.0.0')
  await ship('1.1.0')
  await ship('1.2.0')
  assert.equal(await retract('1.2.0', { owner: 'ann' }), [])
  assert.ok(github.requests.some(({ line }) => line.startsWith('DELETE /user/packages/container/gateway/versions/')))
  assert.equal(await retract('1.1.0', { owner: 'ann', token: app }), [])
  assert.ok(github.requests.some(({ line }) => line.startsWith('DELETE /users/ann/packages/container/gateway/versions/')))
  assert.equal(Object.keys(await tags('ann/gateway')), ['1.0.0', '1.0.0-alpine', 'latest', 'latest-alpine'])
  assert.equal(Object.keys(await tags()).length, 8, 'an organisation\'s are others')
})

it('more versions than are on a page, an answer that is lost, a limit', async ({ ship, retract, tags, github, registry }) => {
  await ship('1.0.0')
  await ship('1.1.0')
  for (let at = 0; at < 120; at += 1) {
    const body = JSON.stringify({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [], annotations: { at: String(at) } })
    assert.is((await fetch(`http://${registry.host}/v2/example/gateway/manifests/old-${at}`, { method: 'PUT', body, headers: { 'content-type': 'application/vnd.oci.image.index.v1+json' } })).status, 201)
  }
  github.break('lost', { at: 3 })   // a version of the chart is deleted, and the answer never comes
  assert.equal(await retract('1.1.0'), [])
  assert.ok(!('1.1.0' in await tags()))
  assert.ok(github.requests.some(({ path }) => path.includes('page=2')))
})

test('the address of GitHub follows from the registry\'s, where it can', () => {
  assert.equal(['ghcr.io', 'containers.example.ghe.com', 'containers.example.com', 'ghcr.io.example.com', '127.0.0.1:5000'].map(githubApiOf), [
    'https://api.github.com', 'https://api.example.ghe.com', undefined, undefined, undefined,
  ])
})

test.run()

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { World } from '../../lib/contracts/workshop.ts'
import { refuseElsewhere } from '../../lib/commands/publish/publishes-elsewhere.ts'
import { ociRegistry } from '../../lib/destinations/oci-registry.ts'
import type { Outcomes } from '../../lib/graph/walk.ts'
import { inputsOf, type Step } from '../../lib/graph/step.ts'
import type { Problem } from '../../lib/values/problem.ts'
import { digestOf } from '../../lib/values/digest.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import type { Chart } from '../../lib/values/chart.ts'
import type { HubMetadata } from '../../lib/values/hub-metadata.ts'
import type { Image } from '../../lib/values/image.ts'
import { at as named } from '../../tasks/at.ts'
import { publish, send } from '../../tasks/publish.ts'
import { startFakeRegistry, type FakeRegistry } from '../support/fake-registry.ts'
import { graphFixture, made, type GraphFixture, type WalkSetting } from '../support/graph-fixture.ts'
import type { FakeRegistryOptions } from '../support/registry/options.ts'
import { releaseValue } from '../support/release-value.ts'
import { toyChart, toyHubMetadata } from '../support/toy-chart.ts'
import { sharedLayer, toyImage, toyImageInParts } from '../support/toy-image.ts'
import { gate, toys } from '../support/toy-steps.ts'

interface Context {
  graph: GraphFixture
  start(options?: FakeRegistryOptions): Promise<FakeRegistry>
  push(registry: FakeRegistry, images: readonly Step<Image>[], setting?: WalkSetting): Promise<Outcomes>
}

const test = suite<Context>('ociRegistry')
const started = new Set<FakeRegistry>()
const at = (registry: FakeRegistry, token?: string) => ociRegistry(`${registry.host}/example/app`, { token })

test.before.each(async context => {
  const graph = await graphFixture()
  Object.assign(context, {
    graph,
    start: async (options: FakeRegistryOptions = {}) => {
      const registry = await startFakeRegistry(options)
      started.add(registry)
      return registry
    },
    push: (registry: FakeRegistry, images: readonly Step<Image>[], setting: WalkSetting = {}) =>
      graph.run([publish(send(at(registry), images))], { release: releaseValue(), ...setting }),
  })
})
test.after.each(async ({ graph }) => {
  for (const registry of started) await registry.close()
  started.clear()
  await graph.close()
})

const tagsOf = (registry: FakeRegistry): Record<string, string> => Object.fromEntries(registry.repository('example/app').tags)
const ended = (outcomes: Outcomes): readonly string[] => [...new Set([...outcomes.values()].map(({ state }) => state))].sort()

function errorsIn(outcomes: Outcomes): readonly ReleaseError[] {
  return [...outcomes.values()].flatMap(outcome => outcome.state === 'failed' ? [outcome.error as ReleaseError] : [])
}

async function digests(graph: GraphFixture, ...images: readonly Step<Image>[]): Promise<readonly string[]> {
  const outcomes = await graph.run(images)
  return images.map(image => made(outcomes, image).digest)
}

test('an image gets its tags last of all: before, it is there by digest and nobody sees it', async ({ graph, start, push }) => {
  const seen: string[][] = []
  const registry = await start({
    instead: ({ url = '' }) => { if (url.includes('/tags/list')) seen.push([...registry.repository('example/app').tags.keys()]) },
  })
  const image = toyImage()
  const [digest = ''] = await digests(graph, image)
  assert.equal(ended(await push(registry, [image])), ['cached', 'made'])
  assert.equal(seen, [[]])
  assert.equal(tagsOf(registry), { '1.2.3-alpine': digest, 'latest-alpine': digest })
  const puts = registry.requests.filter(({ method, path }) => method === 'PUT' && path.includes('/manifests/')).map(({ path }) => path.replace(/.*\//, ''))
  assert.is(puts.indexOf(digest), puts.length - 3, 'the index comes after its manifests, and before the tags')
})

test('what images have in common is pushed once', async ({ start, push }) => {
  const registry = await start()
  await push(registry, ['alpine', 'ubuntu', 'ubi', 'distroless'].map(distro => toyImage({ distro })))
  for (const target of ['linux/amd64', 'linux/arm64'] as const) {
    const digest = digestOf(sharedLayer(target))
    const sent = registry.requests.filter(({ method, path }) => method === 'PUT' && decodeURIComponent(path).includes(`digest=${digest}`))
    assert.is(sent.length, 1, target)
  }
  assert.is(registry.requests.filter(({ method }) => method === 'POST').length, registry.repository('example/app').blobs.size)
})

test('what is made of an image is pushed while the rest of it is made, and is not pushed again', async ({ start, push }) => {
  const later = gate()
  const registry = await start({
    instead: ({ method, url = '' }) => { if (method === 'PUT' && url.includes('/manifests/')) later.open() },   // or it would wait forever
  })
  const image = toyImageInParts(['linux/amd64', 'linux/arm64'], target => target === 'linux/arm64' ? later.passed : undefined)
  assert.equal(ended(await push(registry, [image])), ['made'])
  const puts = registry.requests.filter(({ method }) => method === 'PUT').map(({ path }) => path)
  assert.equal([puts.length, new Set(puts.map(path => path.replace(/.*digest=/, ''))).size], [10, 10], 'of each platform a layer, a configuration and a manifest; a layer that both have, the index, two tags')
  assert.equal(Object.keys(tagsOf(registry)).sort(), ['1.2.3-alpine', 'latest-alpine'])
})

test('where a part could not be pushed ahead the others are not tried, and the image is pushed whole', async ({ graph, start, push }) => {
  let refused = false
  const registry = await start({
    instead: ({ method }) => method === 'POST' && !refused && (refused = true) ? { status: 400 } : undefined,
  })
  const image = toyImageInParts(['linux/amd64', 'linux/arm64'], () => undefined)
  const [first, second] = inputsOf(image)
  if (!first || !second) throw new Error('it has two parts')
  const outcomes = await graph.run([image])
  const { content, signal, exec } = graph.options()
  const world = { content, signal, exec: exec(undefined, signal) } as unknown as World
  const session = await at(registry).open(releaseValue(), world)
  const ahead = async (part: Step): Promise<unknown> => session.ahead?.(made(outcomes, part), image.outline, world).then(() => 'sent', (error: unknown) => error)
  assert.match(String(await ahead(first)), /answers 400/)
  const asked = registry.requests.length
  assert.match(String(await ahead(second)), /an earlier one could not be sent/)
  assert.is(registry.requests.length, asked, 'nothing more is asked')
  await session.stage(made(outcomes, image), world)
  assert.is(registry.repository('example/app').manifests.size, 3)

  refused = false
  const other = toyImageInParts(['linux/amd64', 'linux/arm64', 'linux/386'], () => undefined)
  assert.equal(ended(await push(registry, [other])), ['cached', 'made'])
  assert.equal(Object.keys(tagsOf(registry)).sort(), ['1.2.3-alpine', 'latest-alpine'])
})

test('an image that cannot be pushed at all is one error', async ({ start, push }) => {
  const registry = await start({ instead: ({ method }) => method === 'POST' ? { status: 400 } : undefined })
  const errors = errorsIn(await push(registry, [toyImageInParts(['linux/amd64', 'linux/arm64'], () => undefined)]))
  assert.equal(errors.map(({ code }) => code), ['REGISTRY'])
  assert.equal(registry.repository('example/app').tags.size, 0)
})

test('the same again sends nothing and moves nothing', async ({ start, push }) => {
  const registry = await start()
  const images = [toyImage({ isDefault: true }), toyImage({ distro: 'ubi' })]
  await push(registry, images)
  const before = [tagsOf(registry), registry.requests.length]
  assert.equal(ended(await push(registry, images)), ['cached', 'made'])
  assert.equal(tagsOf(registry), before[0])
  assert.equal(registry.requests.slice(Number(before[1])).filter(({ method }) => method !== 'GET' && method !== 'HEAD'), [])
})

test('a tag that means another image is refused with both digests, and nothing at all is tagged', async ({ graph, start, push }) => {
  const registry = await start()
  await push(registry, [toyImage({ distro: 'ubi' })])
  const before = tagsOf(registry)
  const [first, other] = [toyImage(), toyImage({ distro: 'ubi', text: 'changed' })]
  const [error, ...more] = errorsIn(await push(registry, [first, other]))
  assert.equal(more, [])
  assert.is(error?.code, 'DESTINATION')
  const [digest] = await digests(graph, other)
  assert.is(error?.message, `Cannot publish gateway:1.2.3-ubi at ${registry.host}/example/app: the tag 1.2.3-ubi is ${before['1.2.3-ubi']} there, not ${digest}`)
  assert.equal(tagsOf(registry), before)
})

const table: readonly (readonly [why: string, there: readonly string[], version: string, moved: readonly string[]])[] = [
  ['the first stable version', [], '1.2.3', ['1.2.3', '1.2.3-alpine', 'latest', 'latest-alpine']],
  ['a candidate', ['1.0.0-alpine'], '1.2.3-rc.1', ['1.2.3-rc.1-alpine']],
  ['a patch of an older line', ['2.0.0-alpine', '2.0.0'], '1.2.4', ['1.2.4', '1.2.4-alpine']],
  ['a version above candidates', ['2.0.0-rc.1-alpine'], '1.2.4', ['1.2.4', '1.2.4-alpine', 'latest', 'latest-alpine']],
  ['build metadata', [], '1.2.3+b.7', ['1.2.3_b.7', '1.2.3_b.7-alpine', 'latest', 'latest-alpine']],
  ['older build metadata', ['1.2.3_b.8-alpine'], '1.2.3+b.7', ['1.2.3_b.7', '1.2.3_b.7-alpine']],
  ['tags that are no versions', ['nightly', 'latest-alpine', '9-alpine'], '1.2.3', ['1.2.3', '1.2.3-alpine', 'latest', 'latest-alpine']],
]
for (const [why, there, version, moved] of table) {
  test(`tags: ${why}`, async ({ graph, start, push }) => {
    const registry = await start()
    const { tags, manifests } = registry.repository('example/app')
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [] }))
    manifests.set(digestOf(bytes), { mediaType: 'application/vnd.oci.image.index.v1+json', bytes })
    for (const tag of there) tags.set(tag, digestOf(bytes))
    const image = toyImage({ version, isDefault: true })
    const [digest] = await digests(graph, image)
    await push(registry, [image])
    assert.equal(Object.entries(tagsOf(registry)).filter(([, one]) => one === digest).map(([tag]) => tag).sort(), moved)
  })
}

test('a distro whose name ends like another one is not taken for it', async ({ start, push }) => {
  const registry = await start()
  const both = (version: string): readonly Step<Image>[] => ['debian', 'slim-debian'].map(distro => toyImage({ version, distro }))
  await push(registry, [toyImage({ version: '2.0.0', distro: 'slim-debian' })])
  const before = tagsOf(registry)['latest-slim-debian']
  await push(registry, both('1.9.0'))
  assert.is(tagsOf(registry)['latest-slim-debian'], before)
  assert.not.ok('latest-debian' in tagsOf(registry), 'the highest version is 2.0.0, whatever its distro')
})

for (const status of [401, 500]) {
  test(`an answer ${status} to a look at a tag is never taken for its absence`, async ({ start, push }) => {
    const registry = await start({
      instead: ({ method, url = '' }) => method === 'HEAD' && url.endsWith('/manifests/1.2.3-alpine') ? { status, headers: { 'retry-after': '0' } } : undefined,
    })
    const [error] = errorsIn(await push(registry, [toyImage()]))
    assert.is(error?.code, status === 401 ? 'CREDENTIALS' : 'REGISTRY')
    assert.equal(tagsOf(registry), {})
  })
}

test('a list of tags that cannot be had is no empty list', async ({ start, push }) => {
  const registry = await start({ instead: ({ url = '' }) => url.includes('/tags/list') ? { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' } : undefined })
  const [error] = errorsIn(await push(registry, [toyImage()]))
  assert.match(error?.message ?? '', /tags/)
  assert.equal(tagsOf(registry), {})
})

test('where another artifact fails there is no tag; the next run finishes, and sends what is there no more', async ({ graph, start }) => {
  const registry = await start()
  const { step, on } = toys()
  on('bad', () => { throw new Error('no') })
  const [image, bad] = [toyImage(), step('bad')]
  const end = (): Step => publish(send(at(registry), image), send(at(registry) as never, bad as never))
  assert.ok(ended(await graph.run([end()], { release: releaseValue() })).includes('failed'))
  const repository = registry.repository('example/app')
  assert.equal([repository.tags.size, repository.manifests.size], [0, 3])
  const before = registry.requests.length
  await graph.run([publish(send(at(registry), image))], { release: releaseValue() })
  assert.equal(Object.keys(tagsOf(registry)).sort(), ['1.2.3-alpine', 'latest-alpine'])
  assert.equal(registry.requests.slice(before).filter(({ method }) => method === 'POST' || method === 'PATCH'), [])
})

test('a run that is stopped before its commit leaves no tag', async ({ start, push }) => {
  const stop = new AbortController()
  let stopped = false
  const registry = await start({
    instead: ({ url = '' }) => {
      if (!url.includes('/tags/list') || stopped) return undefined
      stopped = true
      stop.abort(new ReleaseError('stopped by SIGINT', { code: 'CANCELLED' }))
      return { status: 503 }
    },
  })
  assert.ok(ended(await push(registry, [toyImage()], { signal: stop.signal })).includes('cancelled'))
  assert.equal(tagsOf(registry), {})
  await push(registry, [toyImage()])
  assert.is(Object.keys(tagsOf(registry)).length, 2)
})

test('a tag that somebody else moves at the same moment is told', async ({ start, push }) => {
  let moved = false
  const registry = await start({
    instead: ({ method, url = '' }) => {
      // The look after the tag was given finds another image.
      const { tags } = registry.repository('example/app')
      if (method !== 'HEAD' || !url.endsWith('/manifests/latest-alpine') || !tags.has('latest-alpine') || moved) return undefined
      moved = true
      tags.set('latest-alpine', tags.get('other') ?? '')
      return undefined
    },
  })
  await push(registry, [toyImage({ version: '1.0.0', distro: 'other' })])
  registry.repository('example/app').tags.set('other', registry.repository('example/app').tags.get('1.0.0-other') ?? '')
  const [error] = errorsIn(await push(registry, [toyImage()]))
  assert.is(error?.code, 'DESTINATION')
  assert.match(error?.message ?? '', /the tag latest-alpine was given, and is sha256:\w{64} now, not sha256:/)
})

test('tags are taken back: new ones go, moved ones mean again what they meant', async ({ graph, start, push }) => {
  for (const deletes of [true, false]) {
    const registry = await start({ deletes })
    await push(registry, [toyImage({ version: '1.0.0' })])
    const before = tagsOf(registry)
    const image = toyImage()
    const artifact = made(await graph.run([image]), image)
    const { content, signal, exec } = graph.options()
    const world = { content, signal, exec: exec(undefined, signal) } as unknown as World
    const session = await at(registry).open(releaseValue(), world)
    const staged = [await session.stage(artifact, world)]
    await session.commit({ release: releaseValue(), staged, binaries: [], partial: false }, world)
    assert.is(tagsOf(registry)['latest-alpine'], artifact.digest)
    const problems = await session.retract([image.outline], world)
    assert.equal(tagsOf(registry), deletes ? before : { ...before, '1.2.3-alpine': artifact.digest })
    assert.equal(problems.map(({ message }) => message.replace(/ answers .*/, '')), deletes ? []
      : [`Cannot take back the tag 1.2.3-alpine at ${registry.host}/example/app: cannot delete 1.2.3-alpine in ${registry.host}/example/app: it`])
  }
})

test('a later run takes a version back: latest goes to the highest that is left, candidates and charts go alone', async ({ graph, start, push }) => {
  const registry = await start({ deletes: true })
  const image = toyImage({ isDefault: true })
  for (const version of ['1.0.0', '1.1.0', '1.2.3-rc.1']) await push(registry, [toyImage({ version, isDefault: true })])
  const before = tagsOf(registry)
  const chart = toyChart()
  await graph.run([publish(send(at(registry), image, chart))], { release: releaseValue() })
  const { content, signal, exec } = graph.options()
  const world = { content, signal, exec: exec(undefined, signal) } as unknown as World
  const retract = async (...what: readonly Step<Image | Chart>[]) => (await at(registry).open(releaseValue(), world)).retract(what.map(({ outline }) => outline), world)
  assert.equal(await retract(image, chart), [])
  assert.equal(tagsOf(registry), before)
  assert.is(registry.repository('example/app/gateway').tags.size, 0)
  assert.equal(await retract(image, chart), [], 'again')
  assert.equal(tagsOf(registry), before)
  assert.equal(await retract(toyImage({ version: '1.2.3-rc.1', isDefault: true })), [])
  const { '1.2.3-rc.1-alpine': _gone, ...left } = before
  assert.equal(tagsOf(registry), left)
  assert.equal(await retract(toyImage({ version: '1.0.0', isDefault: true })), [])
  assert.is(tagsOf(registry)['latest'], before['1.1.0-alpine'], 'latest was not its own')
})

test('a token goes to its own host and to no other', async ({ graph, start }) => {
  const auth = { kind: 'basic', users: { slipway: 'sesame' } } as const
  const [own, other] = [await start({ auth }), await start({ auth })]
  const image = toyImage()
  await graph.run([publish(send(at(own, 'sesame'), image))], { release: releaseValue() })
  assert.equal(Object.keys(tagsOf(own)).sort(), ['1.2.3-alpine', 'latest-alpine'])
  const end = publish(send(at(own, 'sesame'), image), send(at(other), image))
  const [error] = errorsIn(await graph.run([end], { release: releaseValue() }))
  assert.is(error?.code, 'CREDENTIALS')
  assert.match(error?.message ?? '', /none was found for 127\.0\.0\.1/)
  assert.ok(other.requests.length > 0)
  assert.equal(other.requests.filter(({ headers }) => headers.authorization !== undefined), [])
})

test('a snapshot is for registries of this machine', () => {
  const version = { ...releaseValue().version, snapshot: true }
  const steps = (text: string): readonly Step[] => [publish(send(ociRegistry(text), toyImage({ version: '1.2.4-0.20261121085100.gabc' })))]
  for (const host of ['localhost:5000', '127.0.0.1:1', '[::1]:5000']) refuseElsewhere(steps(`${host}/app`), version)
  assert.throws(() => refuseElsewhere(steps('ghcr.io/example/app'), version), /^Cannot publish a snapshot at registry ghcr\.io\/example\/app/)
})

test('a name with a tag or a digest is no repository', () => {
  for (const text of ['ghcr.io/example/app:1', `ghcr.io/example/app@sha256:${'a'.repeat(64)}`]) assert.throws(() => ociRegistry(text), /it names one image, not a repository/)
  assert.throws(() => ociRegistry('ghcr.io/Example/app'), /upper-case/)
})

test('where it is looked for, it is found', async ({ graph, start, push }) => {
  const registry = await start()
  const image = toyImage()
  const world = { ...graph.options(), exec: graph.options().exec(undefined, graph.options().signal) }
  assert.equal(await at(registry).probe(image.outline, world), { state: 'absent' })
  await push(registry, [image])
  const [digest] = await digests(graph, image)
  assert.equal(await at(registry).probe(image.outline, world), { state: 'public', digest })
  assert.is(at(registry).url(image.outline), `${registry.host}/example/app:1.2.3-alpine`)
})

const at5 = 'registry.example:5000/example/app'

test('a chart is found below the images, in a repository of its own name', () => {
  const registry = ociRegistry(at5)
  assert.is(registry.url(toyChart({ version: '1.2.3+5' }).outline), `oci://${at5}/gateway:1.2.3_5`)
  assert.is(registry.url(toyHubMetadata().outline), `${at5}/gateway:artifacthub.io`)
  assert.is(registry.url(toyImage().outline), `${at5}:1.2.3-alpine`)
})

test('a chart gets its tag when the images that it names have theirs', async ({ graph, start }) => {
  const registry = await start()
  const image = toyImage({ isDefault: true })
  const chart = toyChart({ images: [named(at(registry), image)] })
  const outcomes = await graph.run([publish(send(at(registry), chart, toyHubMetadata(), image))], { release: releaseValue() })
  assert.equal(ended(outcomes), ['made'])
  const charts = registry.repository('example/app/gateway').tags
  assert.equal(Object.fromEntries(charts), { '1.2.3': made(outcomes, chart).digest, 'artifacthub.io': made(outcomes, toyHubMetadata()).digest })
  const given = registry.requests.filter(({ method, path }) => method === 'PUT' && /\/manifests\/(?!sha256)/.test(path)).map(({ path }) => path.replace('/v2/example/', ''))
  assert.equal(given, ['app/manifests/1.2.3-alpine', 'app/manifests/1.2.3', 'app/gateway/manifests/1.2.3', 'app/manifests/latest-alpine', 'app/manifests/latest', 'app/gateway/manifests/artifacthub.io'])
  const layers = JSON.parse(String(await graph.bytes(made(outcomes, chart)))) as { layers: readonly { digest: string }[] }
  assert.ok(registry.repository('example/app/gateway').blobs.has(layers.layers[0]?.digest ?? ''))
  assert.equal([...registry.repository('example/app').tags.keys()].sort(), ['1.2.3', '1.2.3-alpine', 'latest', 'latest-alpine'])
})

test('another chart of the same version moves nothing, what Artifact Hub is told moves', async ({ graph, start }) => {
  const registry = await start()
  const ship = (...what: readonly Step<Image | Chart | HubMetadata>[]) => graph.run([publish(send(at(registry), what))], { release: releaseValue() })
  await ship(toyChart(), toyHubMetadata())
  const before = Object.fromEntries(registry.repository('example/app/gateway').tags)
  const [error] = errorsIn(await ship(toyChart({ text: 'another' }), toyHubMetadata('owners: [me]'), toyImage()))
  assert.match(error?.message ?? '', /^Cannot publish gateway-1\.2\.3\.tgz at .*\/example\/app\/gateway: the tag 1\.2\.3 is sha256:/)
  assert.equal(Object.fromEntries(registry.repository('example/app/gateway').tags), before)
  assert.equal(tagsOf(registry), {}, 'nor do images get a tag')
  assert.equal(errorsIn(await ship(toyChart(), toyHubMetadata('owners: [me]'))), [])
  assert.not.equal(registry.repository('example/app/gateway').tags.get('artifacthub.io'), before['artifacthub.io'])
})

test('whether charts may be pushed is asked where they go', async ({ graph, start }) => {
  const registry = await start()
  const end = publish(send(at(registry), toyChart()))
  const options = graph.options()
  const receipts = (end.input['receipts'] as readonly Step[]).map(({ outline }) => outline)
  assert.equal(await end.definition.check?.({ receipts } as never, { ...options, exec: options.exec(undefined, options.signal) } as never), [])
  const asked = registry.requests.map(({ path }) => path).filter(path => path.includes('/blobs/'))
  assert.ok(asked.length > 0)
  assert.equal(asked.filter(path => !path.startsWith('/v2/example/app/gateway/')), [])
})

async function problems(graph: GraphFixture, registry: Pick<FakeRegistry, 'host'>, token?: string): Promise<readonly Problem[]> {
  const options = graph.options()
  const end = publish(send(ociRegistry(`${registry.host}/example/app`, { token }), toyImage()))
  return await end.definition.check?.({ receipts: (end.input['receipts'] as readonly Step[]).map(({ outline }) => outline), binaries: [] } as never, { ...options, exec: options.exec(undefined, options.signal) } as never) ?? []
}

test('who may push is let through before anything is made, and nothing is left there', async ({ graph, start }) => {
  for (const options of [{}, { auth: { kind: 'basic', users: { slipway: 'sesame' } } }, { auth: { kind: 'token', users: { slipway: 'sesame' } } }] as const) {
    const registry = await start(options)
    assert.equal(await problems(graph, registry, 'sesame'), [])
    const { blobs, manifests, tags } = registry.repository('example/app')
    assert.equal([blobs.size, manifests.size, tags.size], [0, 0, 0])
    assert.equal(registry.requests.filter(({ method }) => method === 'DELETE').length > 0, true)
  }
})

const refusals: readonly (readonly [why: string, options: FakeRegistryOptions, token: string | undefined, code: string, message: RegExp])[] = [
  ['a wrong password', { auth: { kind: 'basic', users: { slipway: 'sesame' } } }, 'wr0ng', 'CREDENTIALS', /^Cannot push to 127\.0\.0\.1:\d+\/example\/app: it refuses the credential from the token in build\.ts/],
  ['a wrong password at a token server', { auth: { kind: 'token', users: { slipway: 'sesame' } } }, 'wr0ng', 'CREDENTIALS', /its token server .* refuses the credential from the token in build\.ts/],
  ['no credential where everybody may pull', { auth: { kind: 'token', users: { slipway: 'sesame' }, anonymousPull: true } }, undefined, 'CREDENTIALS', /wants a credential, and none was found/],
  ['a credential that may only pull', { auth: { kind: 'token', users: { slipway: 'sesame' }, readers: ['slipway'] } }, 'sesame', 'CREDENTIALS', /refuses the credential/],
  ['a page of HTML', { instead: () => ({ status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }) }, undefined, 'REGISTRY', /^Cannot push to .*: it answers 200/],
]
for (const [why, options, token, code, message] of refusals) {
  test(`a problem before anything is made: ${why}`, async ({ graph, start }) => {
    const [problem, ...more] = await problems(graph, await start(options), token)
    assert.equal(more, [])
    assert.is(problem?.code, code)
    assert.match(problem?.message ?? '', message)
    assert.ok(problem?.hint)
    assert.not.match(JSON.stringify(problem), /wr0ng|sesame/)
  })
}

test('tags that never move are looked at before anything is made: ours, of other bytes, and of bytes that nobody knows yet', async ({ graph, start }) => {
  const registry = await start()
  const notices: string[] = []
  const world = { exec: graph.options().exec(undefined, new AbortController().signal), signal: new AbortController().signal, notice: (line: string) => { notices.push(line) }, now: Date.now } as Parameters<ReturnType<typeof at>['check']>[0]
  const asked = async (what: Parameters<ReturnType<typeof at>['check']>[1]): Promise<readonly string[]> => (await at(registry).check(world, what)).map(({ message }) => message.replaceAll(/sha256:\w+/g, 'DIGEST'))
  const [image, chart] = [toyImage({ isDefault: true }), toyChart()]
  const first = await graph.run([publish(send(at(registry), image, chart, toyHubMetadata()))], { release: releaseValue() })
  const ours = [made(first, image), made(first, chart), made(first, toyHubMetadata())]
  assert.equal(await asked(ours), [])
  assert.equal(notices, [])
  assert.equal(await asked([image.outline, chart.outline, toyHubMetadata('owners: [me]').outline]), [])
  assert.equal(notices.splice(0), [
    `${registry.host}/example/app has the tags 1.2.3-alpine, 1.2.3 already: a version's tags never move, so it goes on only where the same bytes are made`,
    `${registry.host}/example/app/gateway has the tag 1.2.3 already: a version's tags never move, so it goes on only where the same bytes are made`,
  ])
  const others = [toyImage({ isDefault: true, text: 'another' }), toyChart({ text: 'another' })]
  const second = await graph.run(others)
  assert.equal(await asked(others.map(step => made(second, step as Step))), [
    `Cannot publish ${image.outline.name} at ${registry.host}/example/app: the tag 1.2.3-alpine is DIGEST there, not DIGEST`,
    `Cannot publish ${image.outline.name} at ${registry.host}/example/app: the tag 1.2.3 is DIGEST there, not DIGEST`,
    `Cannot publish ${chart.outline.name} at ${registry.host}/example/app/gateway: the tag 1.2.3 is DIGEST there, not DIGEST`,
  ])
  assert.equal(notices, [])
})

test('a clock that differs from the registry\'s is noticed, and is no problem', async ({ graph, start }) => {
  const registry = await start()
  for (const [off, told] of [[240_000, false], [-400_000, true], [86_400_000, true]] as const) {
    const notices: string[] = []
    const world = { exec: graph.options().exec(undefined, new AbortController().signal), signal: new AbortController().signal, notice: (line: string) => { notices.push(line) }, now: () => Date.now() + off } as Parameters<ReturnType<typeof at>['check']>[0]
    assert.equal(await at(registry).check(world, [toyImage().outline]), [])
    assert.is(notices.length, told ? 1 : 0)
    if (told) assert.match(notices[0] ?? '', /^The clock of this machine is \d+ min \d+ s off that of 127\.0\.0\.1:\d+$/)
  }
})

test('a problem before anything is made: nobody answers', async ({ graph }) => {
  const [problem] = await problems(graph, { host: '127.0.0.1:1' })
  assert.is(problem?.code, 'NETWORK')
  assert.match(problem?.message ?? '', /127\.0\.0\.1:1/)
})

test.run()

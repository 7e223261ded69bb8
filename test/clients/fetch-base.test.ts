import { gunzipSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { OciDescriptor } from '../../lib/oci/descriptor.ts'
import type { ImageConfig } from '../../lib/oci/image-config.ts'
import type { Outcome } from '../../lib/graph/outcome.ts'
import { mediaTypes } from '../../lib/oci/media-types.ts'
import type { TreeData } from '../../lib/oci/tree-data.ts'
import { treeFrom } from '../../lib/oci/tree-from.ts'
import type { LockedBase } from '../../lib/values/base.ts'
import type { BaseContent } from '../../lib/values/base-content.ts'
import type { Descriptor } from '../../lib/values/descriptor.ts'
import { digestOf } from '../../lib/values/digest.ts'
import type { ReleaseError } from '../../lib/values/errors.ts'
import type { Target } from '../../lib/values/target.ts'
import { baseImage } from '../../tasks/image/base-image.ts'
import { startFakeProxy } from '../support/fake-proxy.ts'
import { startFakeRegistry, type FakeRegistry } from '../support/fake-registry.ts'
import { graphFixture, made, type GraphFixture } from '../support/graph-fixture.ts'
import type { FakeRegistryOptions } from '../support/registry/options.ts'
import { addBase, addBaseIndex, addBlob, addManifest, plainTar, zstd, type SampleLayer } from '../support/sample-base.ts'

interface Context {
  graph: GraphFixture
  start(options?: FakeRegistryOptions): Promise<FakeRegistry>
  /** Fetches a base, or looks whether it could be. */
  fetch(base: LockedBase, target?: Target, mode?: 'plan' | 'run'): Promise<Outcome>
  /** What was fetched. */
  fetched(base: LockedBase, target?: Target): Promise<{ readonly content: BaseContent; readonly tree: ReturnType<typeof treeFrom> }>
}

const test = suite<Context>('fetchBase')
const started = new Set<FakeRegistry>()

test.before.each(async context => {
  const graph = await graphFixture()
  const json = async <T>(descriptor: Descriptor): Promise<T> => JSON.parse((await graph.bytes(descriptor)).toString()) as T
  Object.assign(context, {
    graph,
    start: async (options: FakeRegistryOptions = {}) => {
      const registry = await startFakeRegistry(options)
      started.add(registry)
      return registry
    },
    fetch: async (base: LockedBase, target: Target = 'linux/amd64', mode: 'plan' | 'run' = 'run') => {
      const step = baseImage({ base, target })
      return (await graph[mode]([step])).get(step.recipe)
    },
    fetched: async (base: LockedBase, target: Target = 'linux/amd64') => {
      const step = baseImage({ base, target })
      const content = await json<BaseContent>(made(await graph.run([step]), step))
      return { content, tree: treeFrom(await json<TreeData>(content.tree)) }
    },
  })
})
test.after.each(async ({ graph }) => {
  for (const registry of started) await registry.close()
  started.clear()
  await graph.close()
})

interface Locking {
  readonly root?: OciDescriptor
  readonly environment?: Readonly<Record<string, string>>
  readonly mirrors?: Readonly<Record<string, readonly string[]>>
  readonly reference?: string
}

/** As slipway.lock would pin it. */
function locked({ host }: Pick<FakeRegistry, 'host'>, platforms: Readonly<Record<string, OciDescriptor>>, options: Locking = {}): LockedBase {
  const { environment = {}, mirrors = {}, reference = `${host}/app:1`, root = Object.values(platforms)[0] } = options
  return { kind: 'base', from: 'registry', distro: 'sample', reference, digest: root?.digest ?? 'sha256:', platforms, place: { environment, mirrors } }
}

function errorOf(outcome: Outcome): ReleaseError {
  if (outcome.state === 'failed') return outcome.error as ReleaseError
  throw new Error(`it is ${JSON.stringify(outcome)}`)
}

const whole: SampleLayer = { members: ['bin/', 'bin/sh', 'etc/', 'etc/passwd: app:x:1000:1000::/:\n'] }

test('configuration, layers and what lies in them', async ({ start, fetched }) => {
  const registry = await start()
  const one = await addBase(registry.repository('app'), { layers: [whole, { members: ['etc/', 'etc/.wh.passwd', 'sh -> bin/sh'] }], container: { User: 'app' } })
  const { content, tree } = await fetched(locked(registry, { 'linux/amd64': one }))
  assert.equal((content.config as unknown as ImageConfig).config, { User: 'app' })
  assert.equal([...tree.entries.keys()].sort(), ['bin', 'bin/sh', 'etc', 'sh'])
  assert.equal(content.layers.map(({ mediaType }) => mediaType), [mediaTypes.gzipLayer, mediaTypes.gzipLayer])
})

test('the child of an index is asked for by its own digest, with and without a variant', async ({ start, fetched }) => {
  const registry = await start()
  const app = registry.repository('app')
  const arm = await addBase(app, { platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } })
  const root = addBaseIndex(app, [await addBase(app), arm])
  const { content } = await fetched(locked(registry, { 'linux/arm64/v8': arm }, { root }), 'linux/arm64')
  assert.is((content.config as unknown as ImageConfig).architecture, 'arm64')
  assert.equal(registry.requests.filter(({ path }) => path.includes('/manifests/')).map(({ line }) => line), [
    `HEAD /v2/app/manifests/${root.digest}`, `GET /v2/app/manifests/${arm.digest}`,
  ])
})

for (const [name, as] of [['zstd', zstd], ['uncompressed', plainTar]] as const) {
  test(`a layer that is ${name} becomes gzip, and unpacks to the same`, async ({ graph, start, fetched }) => {
    const registry = await start()
    const one = await addBase(registry.repository('app'), { layers: [{ ...whole, as }] })
    const { content, tree } = await fetched(locked(registry, { 'linux/amd64': one }))
    const [layer] = content.layers
    assert.is(layer?.mediaType, mediaTypes.gzipLayer)
    assert.is(digestOf(gunzipSync(await graph.bytes(layer as Descriptor))), layer?.diffId)
    assert.equal((content.config as unknown as ImageConfig).rootfs.diff_ids, [layer?.diffId])
    assert.ok(tree.entries.has('bin/sh'))
  })
}

test('Docker\'s schema 2 becomes OCI, with the same bytes', async ({ start, fetched }) => {
  const registry = await start()
  const app = registry.repository('app')
  const one = await addBase(app, { docker: true, layers: [whole, { members: ['more'], as: plainTar }] })
  const { content } = await fetched(locked(registry, { 'linux/amd64': one }))
  const [layer, packed] = content.layers
  assert.ok(app.blobs.has(layer?.digest ?? ''))
  assert.equal([layer?.mediaType, packed?.mediaType], [mediaTypes.gzipLayer, mediaTypes.gzipLayer])
  assert.not.ok(app.blobs.has(packed?.digest ?? ''))
})

test('a layer that two platforms have, or one has twice, is fetched once', async ({ graph, start, fetched }) => {
  const registry = await start()
  const app = registry.repository('app')
  const [amd, arm] = [await addBase(app, { layers: [whole, whole] }), await addBase(app, { layers: [whole], platform: { os: 'linux', architecture: 'arm64' } })]
  const base = locked(registry, { 'linux/amd64': amd, 'linux/arm64': arm })
  const { content: { layers } } = await fetched(base)
  await fetched(base, 'linux/arm64')
  assert.is(registry.requests.filter(({ path }) => path.endsWith(layers[0]?.digest ?? '?')).length, 1)
  const before = registry.requests.length
  await fetched(base)
  assert.is(registry.requests.length, before, 'what is in the cache is not asked for')
  assert.equal(graph.notices(), [])
})

for (const [where, at] of [['in the middle', (size: number) => size >> 1], ['in the first byte, so that it looks like no gzip', () => 0]] as const) {
  test(`a layer that the cache holds damaged is fetched again: ${where}`, async ({ graph, start, fetched }) => {
    const registry = await start()
    const app = registry.repository('app')
    const [one, two] = [await addBase(app, { layers: [whole, { members: ['more'] }] }), await addBase(app, { layers: [whole], created: '2026-11-03T00:00:00Z' })]
    const { content: { layers: [layer] } } = await fetched(locked(registry, { 'linux/amd64': one }))
    const bytes = app.blobs.get(layer?.digest ?? '') ?? Buffer.alloc(0)
    await graph.flip(layer as Descriptor, at(bytes.length))
    const { tree } = await fetched(locked(registry, { 'linux/amd64': two }))
    assert.ok(tree.entries.has('bin/sh'))
    assert.ok(bytes.equals(await graph.bytes(layer as Descriptor)))
    assert.is(registry.requests.filter(({ path }) => path.endsWith(layer?.digest ?? '?')).length, 2)
  })
}

type Prepare = (registry: FakeRegistry) => Promise<OciDescriptor> | OciDescriptor
const app = (registry: FakeRegistry) => registry.repository('app')
const damaged: readonly (readonly [why: string, code: string, message: RegExp, prepare: Prepare])[] = [
  ['a diff id that is a lie', 'IMAGE', /does not unpack to what its configuration says$/, registry => addBase(app(registry), { layers: [{ ...whole, diffId: digestOf('x') }] })],
  ['a diff id that is a lie, of a layer in zstd', 'IMAGE', /does not unpack to what its configuration says$/, registry =>
    addBase(app(registry), { layers: [{ ...whole, as: zstd, diffId: digestOf('x') }] })],
  ['more after the end of a tar', 'IMAGE', /does not unpack to what its configuration says$/, registry =>
    addBase(app(registry), { layers: [{ ...whole, as: tar => plainTar(Buffer.concat([tar, Buffer.alloc(512)])) }] })],
  ['fewer layers than the configuration tells of', 'IMAGE', /tells of 1 layers, its manifest of 0$/, registry => addBase(app(registry), { manifest: { layers: [] } })],
  ['a size that is a lie', 'CONTENT', /bytes/, async registry => ({ ...await addBase(app(registry)), size: 3 })],
  ['an index in place of an image', 'IMAGE', /is an index, no image$/, async registry => addBaseIndex(app(registry), [await addBase(app(registry))])],
  ['a manifest of HTML', 'REGISTRY', /it is an HTML page/, registry => addManifest(app(registry), mediaTypes.manifest, '<!doctype html>')],
  ['a configuration of HTML', 'REGISTRY', /it is an HTML page/, registry =>
    addBase(app(registry), { manifest: { config: addBlob(app(registry), mediaTypes.config, '<html>') } })],
  ['a layer that is no tar', 'CONTENT', /header in it is damaged|no tar|ends in the middle/, registry =>
    addBase(app(registry), { layers: [{ as: () => plainTar(Buffer.alloc(2048, 'x')), diffId: digestOf(Buffer.alloc(2048, 'x')) }] })],
  ['a layer in xz', 'CONTENT', /xz/, registry =>
    addBase(app(registry), { layers: [{ as: () => plainTar(Buffer.from('fd377a585a0000000000', 'hex')) }] })],
  ['a layer for Windows alone', 'IMAGE', /its license forbids/, registry => {
    const layer = addBlob(app(registry), 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', 'x')
    return addBase(app(registry), { manifest: { layers: [layer] } })
  }],
  ['a blob that was damaged there', 'CONTENT', /its bytes have the digest/, async registry => {
    const made = await addBase(app(registry))
    for (const [digest, bytes] of app(registry).blobs) if (bytes[0] === 0x1f) app(registry).blobs.set(digest, Buffer.concat([bytes.subarray(0, -1), Buffer.from('x')]))
    return made
  }],
  ['a blob that is longer there', 'CONTENT', /it has more than/, async registry => {
    const made = await addBase(app(registry))
    for (const [digest, bytes] of app(registry).blobs) if (bytes[0] === 0x1f) app(registry).blobs.set(digest, Buffer.concat([bytes, bytes]))
    return made
  }],
  ['a blob that is not there', 'REGISTRY', /it answers 404/, async registry => {
    const made = await addBase(app(registry))
    for (const [digest, bytes] of app(registry).blobs) if (bytes[0] === 0x1f) app(registry).blobs.delete(digest)
    return made
  }],
]
for (const [why, code, message, prepare] of damaged) {
  test(`an error, never a skip: ${why}`, async ({ graph, start, fetch }) => {
    const registry = await start()
    const error = errorOf(await fetch(locked(registry, { 'linux/amd64': await prepare(registry) })))
    assert.is(error.code, code, error.message)
    assert.match(error.message, message)
    assert.ok(error.hint)
    assert.equal((await graph.cached()).filter(file => file.startsWith('records') || file.startsWith('tmp')), [])
  })
}

test('a digest that is gone is an error that names the remedy, in a plan too', async ({ start, fetch }) => {
  const registry = await start()
  const one = await addBase(registry.repository('app'))
  registry.repository('app').manifests.delete(one.digest)
  for (const mode of ['plan', 'run'] as const) {
    const error = errorOf(await fetch(locked(registry, { 'linux/amd64': one }), 'linux/amd64', mode))
    assert.is(error.message, `Cannot stand on ${registry.host}/app:1: what slipway.lock pins is not there any more (${one.digest})`)
    assert.is(error.hint, 'Pin what its tag means now: npx tsx build.ts lock --update')
  }
})

test('a blob that ends too early is asked for again from there', async ({ start, fetched }) => {
  let cut = false
  const registry = await start({
    instead: ({ url = '', headers }) => {
      const [, digest = ''] = /\/blobs\/(sha256:\w+)$/.exec(url) ?? []
      const bytes = registry.repository('app').blobs.get(digest)
      if (cut || bytes?.[0] !== 0x1f || headers.range !== undefined) return undefined
      cut = true
      return { status: 200, body: bytes.subarray(0, 20) }
    },
  })
  const one = await addBase(registry.repository('app'))
  await fetched(locked(registry, { 'linux/amd64': one }))
  assert.ok(registry.requests.some(({ headers }) => headers.range === 'bytes=20-'))
})

const nowhere = { mediaType: mediaTypes.manifest, digest: digestOf('x'), size: 1 } as const

test('who does not answer is left out, by the name of the host, and is not waited for again after a plan', async ({ graph, fetch }) => {
  const shared = new Map<string, Promise<unknown>>()
  const base = locked({ host: '127.0.0.1:1' }, { 'linux/amd64': nowhere })
  const step = baseImage({ base, target: 'linux/amd64' })
  await graph.plan([step], { shared })
  const [reading] = shared.values()
  await graph.run([step], { shared })
  assert.equal([...shared.values()], [reading])
  for (const mode of ['plan', 'run'] as const) {
    const outcome = await fetch(locked({ host: '127.0.0.1:1' }, { 'linux/amd64': nowhere }), 'linux/amd64', mode)
    assert.is(outcome.state, 'skipped')
    assert.match((outcome as { reason: string }).reason, /^cannot .*127\.0\.0\.1:1/)
  }
})

for (const status of [429, 503]) {
  test(`a registry that answers nothing but ${status} is left out`, async ({ start, fetch }) => {
    const registry = await start({ instead: ({ url }) => url === '/v2/' ? undefined : { status, headers: { 'retry-after': '0' } } })
    const outcome = await fetch(locked(registry, { 'linux/amd64': nowhere }), 'linux/amd64', 'plan')
    assert.is(outcome.state, 'skipped', JSON.stringify(outcome))
    assert.match((outcome as { reason: string }).reason, String(status))
  })
}

test('a proxy that gets no answer is a network that is away; one that wants a password is a failure', async ({ fetch }) => {
  for (const [refuse, state] of [[502, 'skipped'], [504, 'skipped'], [407, 'failed'], [403, 'failed']] as const) {
    const proxy = await startFakeProxy({ refuse })
    const outcome = await fetch(locked({ host: 'registry.example' }, { 'linux/amd64': nowhere }, { environment: { HTTPS_PROXY: `http://${proxy.host}` } }), 'linux/amd64', 'plan')
    assert.is(outcome.state, state, `${refuse}: ${JSON.stringify(outcome)}`)
    await proxy.close()
  }
})

const settings: readonly (readonly [name: string, environment: Readonly<Record<string, string>>, message: RegExp])[] = [
  ['a file of certificates that is not there', { SSL_CERT_FILE: '/nowhere/ca.pem' }, /cannot use the certificates in \/nowhere\/ca\.pem/],
  ['a proxy that is not spoken', { ALL_PROXY: 'socks5://127.0.0.1:1080' }, /proxies of socks5 are not supported/],
]
for (const [name, environment, expected] of settings) {
  test(`what is set wrongly is an error, never a skip: ${name}`, async ({ fetch }) => {
    for (const mode of ['plan', 'run'] as const) {
      const { message } = errorOf(await fetch(locked({ host: 'registry.example' }, { 'linux/amd64': nowhere }, { environment }), 'linux/amd64', mode))
      assert.match(message, expected, message)
    }
  })
}

test('a wrong password is an error that names the variable it comes from', async ({ start, fetch }) => {
  const registry = await start({ auth: { kind: 'token', users: { robot: 'sesame' } } })
  const one = await addBase(registry.repository('app'))
  const name = `SLIPWAY_REGISTRY_${registry.host.replaceAll(/\W/g, '_')}`
  const environment = { [`${name}_USERNAME`]: 'robot', [`${name}_PASSWORD`]: 'wr0ng' }
  for (const mode of ['plan', 'run'] as const) {
    const error = errorOf(await fetch(locked(registry, { 'linux/amd64': one }, { environment }), 'linux/amd64', mode))
    assert.is(error.code, 'CREDENTIALS')
    assert.ok(error.message.includes(`${name}_PASSWORD`), error.message)
    assert.not.match(`${error.message} ${error.hint}`, /wr0ng/)
  }
})

test('a mirror is asked first; one that lacks it, or is away, is passed over', async ({ start, fetched }) => {
  const [mirror, origin] = [await start(), await start()]
  const one = await addBase(origin.repository('app'))
  const mirrors = { [origin.host]: [`http://${mirror.host}`, 'http://127.0.0.1:1'] }
  await fetched(locked(origin, { 'linux/amd64': one }, { mirrors }))
  assert.ok(mirror.requests.length > 0 && mirror.requests.every(({ status }) => status === 404))
  await addBase(mirror.repository('app'), { created: '2026-11-02T00:00:00Z' })
  const before = origin.requests.length
  const two = await addBase(mirror.repository('app'), { created: '2026-11-02T00:00:00Z' })
  await fetched(locked(origin, { 'linux/amd64': two }, { mirrors }))
  assert.is(origin.requests.length, before)
})

test('a mirror that has other bytes is passed over: of a configuration, of a small layer, of a large one', async ({ start, fetched }) => {
  const [mirror, origin] = [await start(), await start()]
  const large: SampleLayer = { members: [`big: ${'x'.repeat(3 << 20)}`], as: plainTar }
  const one = await addBase(origin.repository('app'), { layers: [whole, large] })
  for (const [digest, bytes] of origin.repository('app').blobs) mirror.repository('app').blobs.set(digest, Buffer.alloc(bytes.length))
  const { tree } = await fetched(locked(origin, { 'linux/amd64': one }, { mirrors: { [origin.host]: [`http://${mirror.host}`] } }))
  assert.equal(['bin/sh', 'big'].map(path => tree.entries.has(path)), [true, true])
})

test('a platform that the base does not have', async ({ start, fetch }) => {
  const registry = await start()
  const error = errorOf(await fetch(locked(registry, { 'linux/amd64': await addBase(registry.repository('app')) }), 'linux/s390x'))
  assert.is(error.message, `Cannot stand on ${registry.host}/app:1: it has no linux/s390x`)
  assert.is(error.hint, 'It has linux/amd64.')
})

test.run()

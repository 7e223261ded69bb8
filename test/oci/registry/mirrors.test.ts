import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { mediaTypes } from '../../../lib/oci/media-types.ts'
import { secondTry } from '../../../lib/oci/second-try.ts'
import { type FakeRegistry, startFakeRegistry } from '../../support/fake-registry.ts'
import { startFaultProxy } from '../../support/fault-proxy.ts'
import { memoryStore } from '../../support/memory-store.ts'
import type { FakeRegistryOptions } from '../../support/registry/options.ts'
import { bytesOf, described, imageOf, pushAll } from '../../support/tiny-image.ts'
import { errorOf, openRegistry } from '../support/open-registry.ts'

interface Context {
  start(options?: FakeRegistryOptions): Promise<FakeRegistry>
  origin: FakeRegistry
  closing: { close(): Promise<void> }[]
}

const test = suite<Context>('registry mirrors')
const image = imageOf('mirrors')
const [layer] = image.parts
/** Too much to be kept until it is seen to be right. */
const large = described(Buffer.alloc(3 << 20, 'large'), mediaTypes.layer)

test.before.each(async context => {
  context.closing = []
  context.start = async options => {
    const fake = await startFakeRegistry(options)
    context.closing.push(fake)
    return fake
  }
  context.origin = await context.start()
  await fill(context.origin)
})
test.after.each(async ({ closing }) => { for (const one of closing) await one.close() })

async function fill({ host }: FakeRegistry, repository = 'app'): Promise<void> {
  const store = openRegistry(host, { repository })
  await pushAll(store, image)
  await store.tag(image.root, '1.0')
}

async function readAll(store: ReturnType<typeof openRegistry>): Promise<void> {
  assert.equal(await store.resolve('1.0'), image.root)
  for (const { descriptor, bytes } of image.parts) assert.equal(await bytesOf(store.open(descriptor)), bytes)
}

test('everything is read from the first mirror that has it, which is told whose it is', async ({ start, origin }) => {
  const [empty, full] = [await start(), await start()]
  await fill(full, 'prefix/app')
  const before = origin.requests.length
  await readAll(openRegistry(origin.host, { mirrors: [empty.url, `${full.url}/prefix`] }))
  assert.is(origin.requests.length, before)
  assert.ok(empty.requests.every(({ path }) => path.endsWith(`?ns=${origin.host}`)))
  assert.ok(empty.requests.every(({ status }) => status === 404))
})

test('nothing is ever written to a mirror, nor asked of it before writing', async ({ start, origin }) => {
  const mirror = await start()
  const store = openRegistry(origin.host, { mirrors: [mirror.url] })
  const other = imageOf('other')
  await pushAll(store, other)
  await store.tag(other.root, '2.0')
  await store.attach(other.root, { schemaVersion: 2, config: other.root, layers: [], subject: image.root })
  await store.referrers(image.root)
  await store.tags()
  assert.equal(mirror.requests, [])
})

for (const [name, options] of [
  ['lacks everything', {}], ['is down', { instead: () => ({ status: 503 }) }], ['wants a password', { auth: { kind: 'basic', users: {} } }],
  ['is a login page', { instead: () => ({ status: 200, headers: { 'content-type': 'text/html' }, body: '<html><title>Log in</title>' }) }],
] as const satisfies readonly (readonly [string, FakeRegistryOptions])[]) {
  test(`a mirror that ${name} is passed over`, async ({ start, origin }) => {
    const mirror = await start(options)
    const lines: string[] = []
    const store = openRegistry(origin.host, { mirrors: [mirror.url], log: line => { lines.push(line) } })
    assert.equal(await store.resolve('1.0'), image.root)
    assert.equal(await bytesOf(store.open(image.root)), image.parts.at(-1)?.bytes)
    assert.ok(lines.some(line => line.includes(mirror.host) && line.endsWith('going on without this mirror')))
  })
}

test('a mirror that cannot be reached is passed over', async ({ start, origin }) => {
  const mirror = await start()
  await mirror.close()
  await readAll(openRegistry(origin.host, { mirrors: [mirror.url] }))
})

test('where a mirror is cut for good, the registry goes on at that byte', async ({ start, origin, closing }) => {
  const mirror = await start()
  for (const fake of [mirror, origin]) fake.repository('app').blobs.set(large.descriptor.digest, large.bytes)
  const proxy = await startFaultProxy(mirror.host)
  closing.push(proxy)
  proxy.break('truncate', 1)
  const store = openRegistry(origin.host, { mirrors: [`http://${proxy.host}`], sleep: async () => { await mirror.close() } })
  assert.ok(large.bytes.equals(await bytesOf(store.open(large.descriptor))))
  assert.match(origin.requests.at(-1)?.headers.range ?? '', /^bytes=[1-9]\d*-$/)
})

test('a mirror with other bytes is passed over where they are few', async ({ start, origin }) => {
  const mirror = await start()
  await fill(mirror)
  assert.ok(layer)
  for (const bytes of [Buffer.alloc(layer.descriptor.size), Buffer.alloc(layer.descriptor.size + 1)]) {
    mirror.repository('app').blobs.set(layer.descriptor.digest, bytes)
    assert.equal(await bytesOf(openRegistry(origin.host, { mirrors: [mirror.url] }).open(layer.descriptor)), layer.bytes)
  }
})

test('a mirror with other bytes is told by its name where they are many, and not asked again', async ({ start, origin }) => {
  const mirror = await start()
  origin.repository('app').blobs.set(large.descriptor.digest, large.bytes)
  for (const bytes of [Buffer.alloc(large.descriptor.size), Buffer.alloc(large.descriptor.size + 1)]) {
    mirror.repository('app').blobs.set(large.descriptor.digest, bytes)
    const store = openRegistry(origin.host, { mirrors: [mirror.url] })
    const error = await errorOf(bytesOf(store.open(large.descriptor)))
    assert.is(error.code, 'CONTENT')
    assert.match(error.message, `from ${mirror.host}/app: `)
    const before = mirror.requests.length
    assert.ok(large.bytes.equals(await bytesOf(store.open(large.descriptor))))
    assert.is(mirror.requests.length, before)
  }
})

test('what a mirror gave wrongly is read again from the registry while it is copied', async ({ start, origin }) => {
  const [mirror, other] = [await start(), await start()]
  origin.repository('app').blobs.set(large.descriptor.digest, large.bytes)
  mirror.repository('app').blobs.set(large.descriptor.digest, Buffer.alloc(large.descriptor.size))
  const store = openRegistry(origin.host, { mirrors: [mirror.url] })
  await openRegistry(other.host).push(large.descriptor, () => store.open(large.descriptor), store)
  assert.ok(large.bytes.equals(other.repository('app').blobs.get(large.descriptor.digest) ?? Buffer.alloc(0)))
  const from = openRegistry(origin.host, { mirrors: [mirror.url] })
  const memory = memoryStore()
  await secondTry(() => memory.content.put(from.open(large.descriptor), mediaTypes.layer))
  assert.ok(large.bytes.equals(memory.blobs.get(large.descriptor.digest) ?? Buffer.alloc(0)))
})

test('where nobody has it, all are named', async ({ start, origin }) => {
  const mirror = await start()
  const error = await errorOf(openRegistry(origin.host, { mirrors: [mirror.url] }).resolve('none'))
  assert.match(error.message, new RegExp(`^Cannot find none in ${origin.host}/app: it answers 404 Not Found \\(before that: cannot find none in ${mirror.host}/app: it answers 404 Not Found\\)$`))
})

test.run()

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createHttp } from '../../lib/clients/http.ts'
import { copy } from '../../lib/oci/copy.ts'
import { type Registry, registry, type RegistryOptions } from '../../lib/oci/registry/registry.ts'
import type { Source } from '../../lib/oci/store.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import { type FakeRegistry, startFakeRegistry } from '../support/fake-registry.ts'
import { type Fault, type FaultProxy, faults, startFaultProxy } from '../support/fault-proxy.ts'
import { bytesOf, described, imageOf, pushAll, type TinyImage } from '../support/tiny-image.ts'

interface Context {
  fake: FakeRegistry
  proxy: FaultProxy
  open(options?: Partial<RegistryOptions>): Registry
}

const test = suite<Context>('registry faults')
const image = imageOf('faults')
const sizes = { whole: 1000, chunk: 1500 }   // the config goes in one request, the layer in three chunks

test.before.each(async context => {
  context.fake = await startFakeRegistry()
  context.proxy = await startFaultProxy(context.fake.host)
  context.open = options => openAt(context.proxy, options)
})
test.after.each(async ({ proxy, fake }) => {
  await proxy.close()
  await fake.close()
})

/** Each has connections of its own: one that a fault has broken belongs to nobody else. */
function openAt({ host }: FaultProxy, options: Partial<RegistryOptions> = {}): Registry {
  const http = createHttp({ environment: {}, limits: { idle: 300, connect: 1000 } })
  return registry({ http, host, repository: 'app', credentials: async () => undefined, sleep: async () => {}, sizes, ...options })
}

async function push(store: Registry): Promise<void> {
  await pushAll(store, image)
  await store.tag(image.root, '1.0')
}

function whole(fake: FakeRegistry): void {
  const { blobs, manifests, tags } = fake.repository('app')
  for (const { descriptor, bytes } of image.parts) {
    assert.equal(blobs.get(descriptor.digest) ?? manifests.get(descriptor.digest)?.bytes, bytes)
  }
  assert.is(tags.get('1.0'), image.root.digest)
}

function empty({ repository }: FakeRegistry): void {
  for (const part of Object.values(repository('app')) as Map<string, unknown>[]) part.clear()
}

/** Everything of the image, as it can be read. */
async function pull(store: Registry): Promise<void> {
  const root = await store.resolve('1.0')
  assert.equal(root, image.root)
  for (const { descriptor, bytes } of image.parts) assert.equal(await bytesOf(store.open(descriptor)), bytes)
}

/** One try: it is right, or there is one clear error. */
async function attempt(act: Promise<unknown>, where: string): Promise<ReleaseError | undefined> {
  const error: unknown = await act.then(() => undefined, (thrown: unknown) => thrown)
  if (error === undefined) return undefined
  assert.instance(error, ReleaseError, where)
  const { message, hint } = error as ReleaseError
  assert.match(message, /^Cannot .+ 127\.0\.0\.1:\d+\/app: .+/s, where)
  assert.ok(hint, where)
  return error as ReleaseError
}

async function countRequests(proxy: FaultProxy, act: () => Promise<void>): Promise<number> {
  const before = proxy.requests.length
  await act()
  return proxy.requests.length - before
}

for (const fault of faults) {
  test(`a push with ${fault} at any request ends whole, or in one error and whole the next time`, async ({ fake, proxy, open }) => {
    const count = await countRequests(proxy, () => push(open()))
    for (let at = 1; at <= count; at += 1) {
      empty(fake)
      proxy.break(fault, at)
      const error = await attempt(push(open()), `${fault} at ${at}`)
      if (survivable(fault)) assert.is(error, undefined, `${fault} at ${at}: ${error?.message}`)
      if (error) {
        proxy.break(undefined)
        await push(open())
      }
      whole(fake)
    }
  })

  test(`a pull with ${fault} at any request is right, or one error and right the next time`, async ({ proxy, open }) => {
    await push(open())
    const count = await countRequests(proxy, () => pull(open()))
    for (let at = 1; at <= count; at += 1) {
      proxy.break(fault, at)
      const error = await attempt(pull(open()), `${fault} at ${at}`)
      if (survivable(fault)) assert.is(error, undefined, `${fault} at ${at}: ${error?.message}`)
      else if (error) assert.is(error.code, 'CONTENT')
      proxy.break(undefined)
      await pull(open())
    }
  })
}

/** Everything but bytes that are wrong, which may have been handed on already. */
function survivable(fault: Fault): boolean {
  return fault !== 'flip'
}

test('with nothing but faults there is one error, after a few tries', async ({ proxy, open }) => {
  await push(open())
  const [layer, , manifest] = image.parts
  assert.ok(layer && manifest)
  for (const fault of ['reset', 'lose', '500', '429'] as const) {
    const acts: readonly ((store: Registry) => Promise<unknown>)[] = [
      store => bytesOf(store.open(layer.descriptor)), store => bytesOf(store.open(manifest.descriptor)), store => store.resolve('1.0'), store => store.tags(),
      store => store.push(described(fault, 'text/plain').descriptor, async function* () { yield Buffer.from(fault) }),
    ]
    for (const act of acts) {
      const before = proxy.requests.length
      proxy.break(fault, 1, Infinity)
      const error = await attempt(act(open()), fault)
      proxy.break(undefined)
      assert.ok(error, fault)
      assert.is(proxy.requests.length - before, 5, fault)
    }
  }
})

test('what was cut goes on where it was', async ({ fake, proxy, open }) => {
  proxy.break('cut', 4)   // HEAD, POST, PATCH, PATCH
  await pushAll(open(), image)
  const lines = fake.requests.filter(({ method }) => ['PATCH', 'GET'].includes(method)).map(({ method, headers, status }) => [method, headers['content-range'], status])
  assert.equal(lines.slice(0, 3), [['PATCH', '0-1499', 202], ['PATCH', '1500-2999', 0], ['GET', undefined, 204]])
  assert.equal(lines.slice(3, 5), [['PATCH', '2250-3749', 202], ['PATCH', '3750-3999', 202]])
  const before = fake.requests.length
  proxy.break('truncate', 1)
  const [layer] = image.parts
  assert.ok(layer)
  assert.equal(await bytesOf(open().open(layer.descriptor)), layer.bytes)
  assert.equal(fake.requests.slice(before).map(({ headers }) => headers.range), [undefined, 'bytes=2000-'])
})

test('a registry that does not say how far it is gets everything again', async () => {
  const fake = await startFakeRegistry({ progress: false })
  const proxy = await startFaultProxy(fake.host)
  for (const fault of ['reset', 'lose', 'cut', '500'] as const) {
    for (const at of [3, 4, 5, 6]) {
      empty(fake)
      proxy.break(fault, at)
      await push(openAt(proxy))
      whole(fake)
    }
  }
  await proxy.close()
  await fake.close()
})

test('a copy through faults leaves no tag unless it is whole', async ({ fake, proxy, open }) => {
  const from = sourceOf(image)
  const count = await countRequests(proxy, async () => { await copy({ from, to: open(), root: image.root, tags: ['1.0'] }) })
  for (const fault of ['reset', 'lose', 'cut', '500'] as const) {
    for (let at = 1; at <= count; at += 1) {
      empty(fake)
      proxy.break(fault, at)
      await attempt(copy({ from, to: open({ tries: 1 }), root: image.root, tags: ['1.0'] }), `${fault} at ${at}`)
      if (fake.repository('app').tags.has('1.0')) whole(fake)
      proxy.break(undefined)
      await copy({ from, to: open(), root: image.root, tags: ['1.0'] })
      whole(fake)
    }
  }
})

function sourceOf({ root, parts }: TinyImage): Source {
  return {
    name: 'memory', resolve: async () => root,
    async *open({ digest }) { yield parts.find(({ descriptor }) => descriptor.digest === digest)?.bytes ?? Buffer.of() },
  }
}

test.run()

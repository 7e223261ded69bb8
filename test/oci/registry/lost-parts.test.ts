import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createHttp } from '../../../lib/clients/http.ts'
import { copy } from '../../../lib/oci/copy.ts'
import { mediaTypes } from '../../../lib/oci/media-types.ts'
import { type Registry, registry, type RegistryOptions } from '../../../lib/oci/registry/registry.ts'
import type { Source } from '../../../lib/oci/store.ts'
import { startFaultProxy } from '../../../lib/testing/index.ts'
import { ReleaseError } from '../../../lib/values/errors.ts'
import { type FakeRegistry, startFakeRegistry } from '../../support/fake-registry.ts'
import { realRegistries } from '../../support/real-registries.ts'
import type { Answer } from '../../support/registry/answer.ts'
import { described, imageOf, type TinyImage } from '../../support/tiny-image.ts'
import { unless } from '../../support/unless.ts'

// A registry that has taken a blob and says of the manifest that it knows no such blob: it sees it late, or two pushed it at once.

interface Context {
  started: { close(): Promise<void> }[]
  /** What is done with each manifest that comes, before the registry looks at it. */
  fake(before: (fake: FakeRegistry, count: number) => Answer | undefined): Promise<FakeRegistry>
}

const test = suite<Context>('lost parts')
const [one, two] = [imageOf('one'), imageOf('two')]
const index = described(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests: [one.root, two.root] }), mediaTypes.index)
const both: TinyImage = { root: index.descriptor, parts: [...one.parts, ...two.parts, index] }

test.before.each(async context => {
  const started: Context['started'] = []
  Object.assign(context, {
    started, fake: async (before: (fake: FakeRegistry, count: number) => Answer | undefined) => {
      let count = 0
      const fake = await startFakeRegistry({ instead: ({ method, url = '' }) => method === 'PUT' && url.includes('/manifests/') ? before(fake, count += 1) : undefined })
      started.push(fake)
      return fake
    },
  })
})
test.after.each(async ({ started }) => { for (const server of started) await server.close() })

const source: Source = {
  name: 'the source', resolve: async () => both.root,
  open: async function* ({ digest }) { yield both.parts.find(({ descriptor }) => descriptor.digest === digest)?.bytes ?? Buffer.alloc(0) },
}

function openAt(host: string, options: Partial<RegistryOptions> = {}): Registry {
  return registry({ http: createHttp({ environment: {} }), host, repository: 'app', credentials: async () => undefined, sleep: async () => {}, ...options })
}

const unknown: Answer = { status: 400, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ errors: [{ code: 'MANIFEST_BLOB_UNKNOWN', message: 'blob unknown to registry' }] }) }
const blobPuts = ({ requests }: FakeRegistry): number => requests.filter(({ method, path }) => method === 'PUT' && path.includes('/blobs/')).length

function whole(fake: FakeRegistry, { root, parts }: TinyImage): void {
  const { blobs, manifests, tags } = fake.repository('app')
  for (const { descriptor, bytes } of parts) assert.equal(blobs.get(descriptor.digest) ?? manifests.get(descriptor.digest)?.bytes, bytes)
  assert.is(tags.get('1.0'), root.digest)
}

test('what it does not see yet is waited for, and no byte is sent twice', async ({ fake }) => {
  const waits: number[] = []
  const server = await fake((_fake, count) => count <= 2 ? unknown : undefined)
  await copy({ from: source, to: openAt(server.host, { sleep: async milliseconds => { waits.push(milliseconds) } }), root: one.root, tags: ['1.0'] })
  whole(server, one)
  assert.is(blobPuts(server), 2)
  assert.is(waits.length, 2)
  assert.ok(Number(waits[0]) < Number(waits[1]) * 2 && Number(waits[0]) > 0)
})

test('what it has lost is pushed once more, and nothing else', async ({ fake }) => {
  const [layer] = one.parts
  const server = await fake(({ repository }, count) => { if (count === 1) repository('app').blobs.delete(layer?.descriptor.digest ?? '') })
  await copy({ from: source, to: openAt(server.host), root: one.root, tags: ['1.0'] })
  whole(server, one)
  const sent = server.requests.filter(({ method, path }) => method === 'PUT' && decodeURIComponent(path).includes(`digest=${layer?.descriptor.digest}`))
  assert.equal([sent.length, blobPuts(server)], [2, 3])
})

test('the manifests that an index lists are pushed once more, with what they name', async ({ fake }) => {
  const server = await fake(({ repository }) => {
    const { manifests, blobs } = repository('app')
    if (manifests.size !== 2 || manifests.has(index.descriptor.digest) || lost) return
    lost = true
    manifests.delete(two.root.digest)
    blobs.delete(two.parts[0]?.descriptor.digest ?? '')
  })
  let lost = false
  await copy({ from: source, to: openAt(server.host), root: both.root, tags: ['1.0'] })
  assert.ok(lost)
  whole(server, both)
})

test('a tag waits for a registry that does not see the manifest\'s parts yet', async ({ fake }) => {
  const server = await fake((_fake, count) => count === 2 ? unknown : undefined)
  await copy({ from: source, to: openAt(server.host), root: one.root, tags: ['1.0'] })
  whole(server, one)
})

test('it is tried as often as anything is, and no more', async ({ fake }) => {
  let puts = 0
  const server = await fake((_fake, count) => { puts = count; return unknown })
  const error: unknown = await copy({ from: source, to: openAt(server.host, { tries: 3 }), root: one.root, tags: ['1.0'] }).then(() => undefined, (thrown: unknown) => thrown)
  assert.instance(error, ReleaseError)
  assert.match((error as ReleaseError).message, /push the manifest sha256:\w{64} to 127\.0\.0\.1:\d+\/app: it answers 400 Bad Request, MANIFEST_BLOB_UNKNOWN: blob unknown to registry/)
  assert.is(puts, 3)
  assert.is(server.repository('app').tags.size, 0)
})

test('another refusal of a manifest is no reason to push anything again', async ({ fake }) => {
  let puts = 0
  const server = await fake((_fake, count) => { puts = count; return { status: 400, headers: { 'content-type': 'application/json' }, body: '{"errors":[null,{"code":"MANIFEST_INVALID","message":"manifest invalid"}]}' } })
  const error: unknown = await copy({ from: source, to: openAt(server.host), root: one.root }).then(() => undefined, (thrown: unknown) => thrown)
  assert.match((error as Error).message, /400 Bad Request, MANIFEST_INVALID: manifest invalid/)
  assert.is(puts, 1)
})

// Distribution keeps what it has of blobs in memory no longer than a request, as it is set up here.
for (const { name, reason, start } of realRegistries().filter(({ referrers }) => !referrers)) {
  unless(reason, test)(`${name} loses a blob that it has taken, and gets it again`, async ({ started }) => {
    const [layer] = one.parts
    const real = await start()
    let losses = 0
    const proxy = await startFaultProxy({
      target: `http://${real.host}`, watch: async (moment, { method, path }) => {
        if (moment !== 'before' || method !== 'PUT' || !path.includes('/manifests/') || losses > 0) return
        losses += (await fetch(`http://${real.host}/v2/app/blobs/${layer?.descriptor.digest}`, { method: 'DELETE' })).status === 202 ? 1 : 0
      },
    })
    started.push(proxy, real)
    await copy({ from: source, to: openAt(new URL(proxy.url).host), root: both.root, tags: ['1.0'] })
    assert.is(losses, 1)
    assert.ok(proxy.requests.some(({ method, path, status }) => method === 'PUT' && path.includes('/manifests/') && (status === 400 || status === 404)), 'it has noticed')
    const again = openAt(real.host)
    assert.equal(await again.resolve('1.0'), both.root)
    for (const { descriptor } of both.parts) assert.ok(await again.has(descriptor), descriptor.digest)
  })

  unless(reason, test)(`${name}: what many push at once is whole for each of them`, async ({ started }) => {
    const real = await start()
    started.push(real)
    // Waits are as they are: what is half written by another one is an error in passing.
    const http = createHttp({ environment: {} })
    for (const repository of ['app-1', 'app-2', 'app-3']) {
      const open = (): Registry => registry({ http, host: real.host, repository, credentials: async () => undefined })
      await Promise.all(Array.from({ length: 8 }, (_one, at) => copy({ from: source, to: open(), root: both.root, tags: [`1.${at}`] })))
      assert.is((await open().tags()).length, 8)
      for (const { descriptor } of both.parts) assert.ok(await open().has(descriptor), descriptor.digest)
    }
  })
}

test.run()

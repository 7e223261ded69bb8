import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createHttp } from '../../lib/clients/http.ts'
import type { Credential } from '../../lib/contracts/credential.ts'
import type { OciDescriptor } from '../../lib/oci/descriptor.ts'
import type { Manifest } from '../../lib/oci/manifest.ts'
import { mediaTypes } from '../../lib/oci/media-types.ts'
import { type Registry, registry, type RegistryOptions } from '../../lib/oci/registry/registry.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import { bytesOf, described, imageOf, pushAll } from '../support/tiny-image.ts'

export interface StartedRegistry {
  readonly host: string
  readonly credential?: Credential
  close(): Promise<void>
}

interface Context {
  started: StartedRegistry
  open(repository: string, options?: Partial<RegistryOptions>): Registry
}

/** What every registry has to be good for, through the client: declares the tests and has them run. */
export function conformance(name: string, start: () => Promise<StartedRegistry>): void {
  const test = suite<Context>(name)
  test.before(async context => {
    const started = await start()
    const http = createHttp({ environment: {}, limits: { connect: 10_000, idle: 30_000 } })
    context.started = started
    context.open = (repository, options = {}) => registry({
      http, host: started.host, repository, credentials: async () => started.credential, sleep: async () => {}, ...options,
    })
  })
  test.after(({ started }) => started.close())

  test('an image is pushed by digest, gets a tag, and is read again', async ({ open }) => {
    const store = open('conformance/app')
    const image = imageOf('conformance')
    await pushAll(store, image)
    await store.tag(image.root, '1.0')
    assert.equal(await store.resolve('1.0'), image.root)
    assert.equal(await store.resolve(image.root.digest), image.root)
    const reader = open('conformance/app')
    for (const { descriptor, bytes } of image.parts) {
      assert.ok(await reader.has(descriptor))
      assert.equal(await bytesOf(reader.open(descriptor)), bytes)
    }
  })

  test('whoever may push is told so, and nothing is left there', async ({ open }) => {
    const store = open('conformance/asked')
    await store.checkPush()
    assert.equal(await store.tags(), [])
  })

  test('pushing again sends nothing again', async ({ open }) => {
    const image = imageOf('again')
    await pushAll(open('conformance/again'), image)
    const refuse = (): never => { throw new Error('nobody should ask') }
    for (const { descriptor } of image.parts) await open('conformance/again').push(descriptor, refuse)
  })

  test('a tag moves, and the same one twice is no error', async ({ open }) => {
    const store = open('conformance/moving')
    const [first, second] = [imageOf('first'), imageOf('second')]
    for (const image of [first, second]) {
      await pushAll(store, image)
      await store.tag(image.root, 'latest')
      await store.tag(image.root, 'latest')
      assert.equal(await store.resolve('latest'), image.root)
    }
  })

  test('an index of images', async ({ open }) => {
    const store = open('conformance/index')
    const images = ['one', 'two'].map(imageOf)
    for (const image of images) await pushAll(store, image)
    const manifests = images.map(({ root }, index) => ({ ...root, platform: { os: 'linux', architecture: ['amd64', 'arm64'][index] } }))
    const index = described(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests }), mediaTypes.index)
    await store.push(index.descriptor, () => one(index.bytes))
    await store.tag(index.descriptor, 'multi')
    assert.equal(await store.resolve('multi'), index.descriptor)
    assert.equal(await bytesOf(store.open(index.descriptor)), index.bytes)
  })

  for (const [kind, sizes] of [['one request', { whole: 1 << 20, chunk: 1 << 20 }], ['chunks', { whole: 10, chunk: 100_000 }]] as const) {
    test(`blobs of any size are pushed in ${kind}`, async ({ open }) => {
      const store = open('conformance/sizes', { sizes })
      await fc.assert(fc.asyncProperty(fc.constantFrom(0, 1, 9, 10, 11, 99_999, 100_000, 100_001, 200_000, 345_678), fc.integer({ min: 1, max: 70_000 }), async (size, part) => {
        const blob = described(randomBytes(size), 'application/octet-stream')
        await store.push(blob.descriptor, () => split(blob.bytes, part))
        assert.ok(await store.has(blob.descriptor))
        assert.equal(await bytesOf(store.open(blob.descriptor)), blob.bytes)
      }), { numRuns: 8 })
    })
  }

  test('a blob of another repository is taken over, or sent', async ({ open }) => {
    const [from, to] = [open('conformance/from'), open('conformance/to')]
    const blob = described(randomBytes(1000), 'application/octet-stream')
    await from.push(blob.descriptor, () => one(blob.bytes))
    await to.push(blob.descriptor, () => one(blob.bytes), from)
    assert.equal(await bytesOf(to.open(blob.descriptor)), blob.bytes)
    const missing = described(randomBytes(1000), 'application/octet-stream')
    await to.push(missing.descriptor, () => one(missing.bytes), from)
    assert.equal(await bytesOf(to.open(missing.descriptor)), missing.bytes)
  })

  test('many at once', async ({ open }) => {
    const store = open('conformance/many')
    const blobs = Array.from({ length: 30 }, () => described(randomBytes(5000), 'application/octet-stream'))
    await Promise.all(blobs.map(({ descriptor, bytes }) => store.push(descriptor, () => one(bytes))))
    for (const { descriptor } of blobs) assert.ok(await store.has(descriptor))
  })

  test('tags are listed, and none where there is no repository', async ({ open }) => {
    const store = open('conformance/tags')
    assert.equal(await store.tags(), [])
    const image = imageOf('tags')
    await pushAll(store, image)
    const tags = Array.from({ length: 12 }, (_, index) => `1.${index}`)
    for (const tag of tags) await store.tag(image.root, tag)
    assert.equal([...await store.tags()].sort(), tags.toSorted())
  })

  test('what is not there is told with its name', async ({ open, started }) => {
    const store = open('conformance/nothing')
    const none = described('none', mediaTypes.manifest).descriptor
    const blob = described('none', mediaTypes.layer).descriptor
    assert.not(await store.has(none))
    assert.not(await store.has(blob))
    for (const act of [() => store.resolve('1.0'), () => store.resolve(none.digest), () => bytesOf(store.open(blob)), () => bytesOf(store.open(none))]) {
      const error = await errorOf(act())
      assert.is(error.code, 'REGISTRY')
      assert.match(error.message, `${started.host}/conformance/nothing: `)
      assert.match(error.message, '404')
    }
  })

  test('bytes that are not what their digest says are not taken', async ({ open }) => {
    const store = open('conformance/wrong')
    const blob = described(randomBytes(100), 'application/octet-stream')
    const error = await errorOf(store.push(blob.descriptor, () => one(randomBytes(100))))
    assert.is(error.code, 'REGISTRY')
    assert.not(await store.has(blob.descriptor))
    const manifest = imageOf('wrong').root
    assert.is((await errorOf(store.push(manifest, () => one(randomBytes(manifest.size))))).code, 'CONTENT')
  })

  test('a manifest whose layers are missing is refused', async ({ open }) => {
    const image = imageOf('incomplete')
    const manifest = image.parts.at(-1)
    assert.ok(manifest)
    const error = await errorOf(open('conformance/incomplete').push(image.root, () => one(manifest.bytes)))
    assert.is(error.code, 'REGISTRY')
    assert.match(error.message, image.root.digest)
  })

  test('referrers are found, each with its type and annotations, and listed once', async ({ open }) => {
    const store = open('conformance/referrers')
    const image = imageOf('subject')
    await pushAll(store, image)
    assert.equal(await store.referrers(image.root), [])
    const signatures = ['one', 'two', 'three'].map(text => signatureOf(image.root, text))
    for (const { parts, root, manifest } of [...signatures, ...signatures.slice(0, 1)]) {
      for (const { descriptor, bytes } of parts) await store.push(descriptor, () => one(bytes))
      await store.attach(root, manifest)
    }
    const found = [...await open('conformance/referrers').referrers(image.root)].sort((a, b) => a.digest < b.digest ? -1 : 1)
    assert.equal(found, signatures.map(({ entry }) => entry).sort((a, b) => a.digest < b.digest ? -1 : 1))
  })

  test.run()
}

/** A small artifact that says something of an image. */
function signatureOf(subject: OciDescriptor, text: string): ReturnType<typeof imageOf> & { manifest: Manifest, entry: OciDescriptor } {
  const empty = described('{}', mediaTypes.empty)
  const layer = described(text, 'application/x.signature')
  const annotations = { 'x.text': text }
  const manifest: Manifest = {
    schemaVersion: 2, mediaType: mediaTypes.manifest, artifactType: 'application/x.signature', config: empty.descriptor, layers: [layer.descriptor], subject, annotations,
  }
  const root = described(JSON.stringify(manifest), mediaTypes.manifest)
  return { root: root.descriptor, parts: [empty, layer, root], manifest, entry: { ...root.descriptor, artifactType: 'application/x.signature', annotations } }
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

async function* split(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += size) yield bytes.subarray(offset, offset + size)
}

async function errorOf(promise: Promise<unknown>): Promise<ReleaseError> {
  const error: unknown = await promise.then(() => undefined, (thrown: unknown) => thrown)
  assert.instance(error, ReleaseError)
  return error as ReleaseError
}

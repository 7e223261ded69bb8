import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { mediaTypes } from '../../../lib/oci/media-types.ts'
import { type FakeRegistry, startFakeRegistry } from '../../support/fake-registry.ts'
import { type Answer, json, refusal } from '../../support/registry/answer.ts'
import type { FakeRegistryOptions } from '../../support/registry/options.ts'
import { bytesOf, described, imageOf, pushAll } from '../../support/tiny-image.ts'
import { errorOf, openRegistry } from '../support/open-registry.ts'

interface Context {
  start(options?: FakeRegistryOptions): Promise<FakeRegistry>
  /** One that gives the same answer to everything. */
  answering(answer: Answer): Promise<string>
  started: FakeRegistry[]
}

const test = suite<Context>('registry')
const image = imageOf('registry')
const blob = described('some bytes', 'application/octet-stream')
const openBlob = async function* (): AsyncGenerator<Uint8Array> { yield blob.bytes }

test.before.each(context => {
  context.started = []
  context.start = async options => {
    const fake = await startFakeRegistry(options)
    context.started.push(fake)
    return fake
  }
  context.answering = async answer => (await context.start({ instead: () => answer })).host
})
test.after.each(async ({ started }) => { for (const fake of started) await fake.close() })

const answers: readonly (readonly [name: string, answer: Answer, words: string])[] = [
  ['codes and messages', refusal(400, 'NAME_INVALID', 'invalid repository name'), 'it answers 400 Bad Request, NAME_INVALID: invalid repository name'],
  ['several of them', { status: 400, body: JSON.stringify({ errors: [{ code: 'A', message: 'one', detail: 'more' }, { code: 'B' }] }) }, 'it answers 400 Bad Request, A: one: more; B'],
  ['a message without codes', { status: 418, body: '{"message":"no coffee"}' }, 'it answers 418 I\'m a Teapot, no coffee'],
  ['a page', { status: 404, body: '<!DOCTYPE html><html><head><title>\n Not here </title>' }, 'it answers 404 Not Found, a page named "Not here"'],
  ['a page without a name', { status: 404, body: ' <html>' }, 'it answers 404 Not Found, a page'],
  ['plain text', { status: 404, body: '404 page not found\nmore' }, 'it answers 404 Not Found, 404 page not found'],
  ['nothing', { status: 599 }, 'it answers 599'],
  ['JSON that says nothing', { status: 400, body: '{}' }, 'it answers 400 Bad Request, {}'],
  ['escapes for a terminal', { status: 400, body: '\u001b[31mred\u0007' }, 'it answers 400 Bad Request, [31mred'],
  ['very much', { status: 400, body: 'x'.repeat(200_000) }, `it answers 400 Bad Request, ${'x'.repeat(300)}...`],
]

for (const [name, answer, words] of answers.filter(([, { status }]) => status !== 404)) {
  test(`an answer with ${name} in words`, async ({ answering }) => {
    const host = await answering(answer)
    const error = await errorOf(openRegistry(host).deleteManifest('1.0'))
    assert.is(error.message, `Cannot delete 1.0 in ${host}/app: ${words}`)
    assert.is(error.code, 'REGISTRY')
  })
}

for (const [name, answer, words] of answers.filter(([, { status }]) => status === 404)) {
  test(`a blob that is answered with ${name}`, async ({ answering }) => {
    const host = await answering(answer)
    assert.is((await errorOf(bytesOf(openRegistry(host).open(blob.descriptor)))).message, `Cannot pull ${blob.descriptor.digest} from ${host}/app: ${words}`)
  })
}

test('a registry that wants to be left alone is left alone for as long', async ({ start }) => {
  const slept: number[] = []
  let count = 0
  const waits = ['7', new Date(Date.now() + 60_000).toUTCString(), undefined]
  const { host } = await start({ instead: () => {
    const wait = waits[count++]
    return count > waits.length ? undefined : { status: 429, ...wait !== undefined && { headers: { 'retry-after': wait } } }
  } })
  assert.equal(await openRegistry(host, { sleep: async time => { slept.push(time) }, random: () => 1 }).tags(), [])
  assert.is(slept[0], 7000)
  assert.ok((slept[1] ?? 0) > 50_000 && (slept[1] ?? 0) <= 60_000)
  assert.is(slept[2], 2000)
})

test('nobody waits for an hour', async ({ answering }) => {
  const host = await answering({ status: 429, headers: { 'retry-after': '3600' }, body: '{"errors":[{"code":"TOOMANYREQUESTS","message":"pull rate limit"}]}' })
  const error = await errorOf(openRegistry(host, { sleep: async () => { throw new Error('it waits') } }).resolve('1.0'))
  assert.match(error.message, 'it answers 429 Too Many Requests')
  assert.match(error.hint ?? '', 'log in')
})

test('without a digest in its headers a manifest is read and hashed', async ({ start }) => {
  const { host, requests } = await start({ digests: false })
  const store = openRegistry(host)
  await pushAll(store, image)
  await store.tag(image.root, '1.0')
  assert.equal(await store.resolve('1.0'), image.root)
  assert.is(requests.at(-1)?.line, 'GET /v2/app/manifests/1.0')
})

test('a registry that refuses HEAD is asked with GET', async ({ start }) => {
  const { host } = await start({ instead: ({ method, url = '' }) => method === 'HEAD' && url.includes('/manifests/1.0') ? { status: 405 } : undefined })
  const store = openRegistry(host)
  await pushAll(store, image)
  await store.tag(image.root, '1.0')
  assert.equal(await store.resolve('1.0'), image.root)
})

const manifest = image.parts.at(-1)?.bytes ?? Buffer.of()
const type = { 'content-type': mediaTypes.manifest }
const wrongManifests: readonly (readonly [name: string, answer: Answer, words: string])[] = [
  ['with another digest than its header says', { status: 200, headers: { ...type, 'docker-content-digest': blob.descriptor.digest }, body: manifest }, `its bytes have the digest ${image.root.digest}, not ${blob.descriptor.digest}`],
  ['of more than 4 MiB', { status: 200, headers: type, body: Buffer.alloc((4 << 20) + 1, 32) }, 'it has more than 4.0 MiB'],
  ['that is a login page', { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }, 'it answers with "text/html", which is no manifest that can be used'],
  ['of schema 1', { status: 200, headers: { 'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws' }, body: '{"schemaVersion":1}' }, 'which is no manifest that can be used'],
]

for (const [name, answer, words] of wrongManifests) {
  test(`a manifest ${name} is one error`, async ({ start }) => {
    const { host } = await start({ instead: ({ method }) => method === 'HEAD' ? { status: 405 } : answer })
    const error = await errorOf(openRegistry(host).resolve('1.0'))
    assert.match(error.message, `Cannot pull 1.0 from ${host}/app: `)
    assert.match(error.message, words)
  })
}

test('a manifest with a type that says nothing names its own', async ({ answering }) => {
  const host = await answering({ status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body: manifest })
  assert.equal(await openRegistry(host).resolve('1.0'), image.root)
})

test('another manifest than the one asked for is refused', async ({ answering }) => {
  const host = await answering({ status: 200, headers: { ...type, 'docker-content-digest': image.root.digest, 'content-length': String(image.root.size) }, body: manifest })
  const error = await errorOf(openRegistry(host).resolve(blob.descriptor.digest))
  assert.match(error.message, `it answers with ${image.root.digest}`)
  assert.is((await errorOf(bytesOf(openRegistry(host).open({ ...image.root, digest: blob.descriptor.digest })))).code, 'CONTENT')
  assert.is((await errorOf(bytesOf(openRegistry(host).open({ ...image.root, size: 7 })))).code, 'CONTENT')
})

test('digests and tags that are none are refused before anything is asked', async ({ start }) => {
  const { host, requests } = await start()
  const store = openRegistry(host)
  for (const error of [await errorOf(store.resolve('sha512:abc')), await errorOf(store.resolve('sha256:abc')), await errorOf(store.tag(image.root, 'a/b'))]) assert.is(error.code, 'NAME')
  assert.equal(requests, [])
})

for (const [name, body] of [['longer', 'some bytes and more'], ['shorter', 'some'], ['other', 'SOME BYTES']] as const) {
  test(`a blob that is ${name} is an error, and no more of it is handed on than it should have`, async ({ answering }) => {
    const parts: Uint8Array[] = []
    const read = async (): Promise<void> => { for await (const part of openRegistry(host).open(blob.descriptor)) parts.push(part) }
    const host = await answering({ status: 200, body })
    const error = await errorOf(read())
    assert.is(error.code, 'CONTENT')
    assert.match(error.message, `Cannot use ${blob.descriptor.digest} from ${host}/app: it`)
    assert.ok(Buffer.concat(parts).length <= blob.descriptor.size)
  })
}

test('who stops reading a blob ends its connection, and nothing else', async ({ start }) => {
  const { host, repository } = await start()
  const large = described(Buffer.alloc(5 << 20, 'x'), 'application/octet-stream')
  repository('app').blobs.set(large.descriptor.digest, large.bytes)
  const store = openRegistry(host)
  for await (const part of store.open(large.descriptor)) {
    assert.ok(part.length > 0)
    break
  }
  assert.ok(await store.has(large.descriptor))
})

test('what was seen to be lacking is not looked for again', async ({ start }) => {
  const { host, requests } = await start()
  const store = openRegistry(host)
  assert.not(await store.has(blob.descriptor))
  await store.push(blob.descriptor, openBlob)
  assert.equal(requests.map(({ method }) => method), ['HEAD', 'POST', 'PUT'])
})

test('a blob is mounted from another repository of the host alone', async ({ start }) => {
  const [first, second] = [await start(), await start()]
  const from = openRegistry(first.host, { repository: 'other' })
  await from.push(blob.descriptor, openBlob)
  await openRegistry(first.host).push(blob.descriptor, openBlob, from)
  await openRegistry(second.host).push(blob.descriptor, openBlob, from)
  const posts = (fake: FakeRegistry): string[] => fake.requests.filter(({ method }) => method === 'POST').map(({ line }) => line)
  assert.equal(posts(first), ['POST /v2/other/blobs/uploads/', `POST /v2/app/blobs/uploads/?mount=${encodeURIComponent(blob.descriptor.digest)}&from=other`])
  assert.equal(posts(second), ['POST /v2/app/blobs/uploads/'])
})

for (const status of [403, 405, 400]) {
  test(`a mount that is refused with ${status} goes on as an upload`, async ({ start }) => {
    const { host, repository } = await start({ instead: ({ url = '' }) => url.includes('mount=') ? refusal(status, 'DENIED', 'no') : undefined })
    await openRegistry(host).push(blob.descriptor, openBlob, openRegistry(host, { repository: 'other' }))
    assert.ok(repository('app').blobs.has(blob.descriptor.digest))
  })
}

test('a mount whose token is refused goes on as an upload', async ({ start }) => {
  const { host, repository, tokenRequests } = await start({ auth: { kind: 'token', users: { robot: 'sesame' }, closed: ['other'] } })
  const credentials = async () => ({ username: 'robot', password: 'sesame', from: 'the test' })
  await openRegistry(host, { credentials }).push(blob.descriptor, openBlob, openRegistry(host, { repository: 'other' }))
  assert.ok(repository('app').blobs.has(blob.descriptor.digest))
  assert.ok(tokenRequests.some(request => request.includes('repository:other:pull')))
})

test('a registry that takes no chunks gets all in one request', async ({ start }) => {
  for (const options of [{ chunked: false }, { instead: ({ method }) => method === 'PATCH' ? { status: 413 } : undefined }] satisfies FakeRegistryOptions[]) {
    const { host, repository, requests } = await start(options)
    await openRegistry(host, { sizes: { whole: 1, chunk: 4 } }).push(blob.descriptor, openBlob)
    assert.ok(repository('app').blobs.has(blob.descriptor.digest))
    assert.equal(requests.map(({ method }) => method), ['HEAD', 'POST', 'PATCH', 'POST', 'PUT'])
  }
})

test('a chunk is as large as the registry wants it', async ({ start }) => {
  const { host, requests } = await start({ chunkMinimum: 6 })
  await openRegistry(host, { sizes: { whole: 1, chunk: 4 } }).push(blob.descriptor, openBlob)
  assert.equal(requests.flatMap(({ headers }) => headers['content-range'] ?? []), ['0-5', '6-9'])
})

test('a registry that stores something else is one error', async ({ start }) => {
  const { host } = await start({ instead: ({ method }) => method === 'PUT' ? { status: 201, headers: { 'docker-content-digest': image.root.digest } } : undefined })
  assert.match((await errorOf(openRegistry(host).push(blob.descriptor, openBlob))).message, `it took it for ${image.root.digest}`)
})

test('an upload without a place is one error', async ({ start }) => {
  const { host } = await start({ instead: ({ method }) => method === 'POST' ? { status: 202 } : undefined })
  assert.match((await errorOf(openRegistry(host).push(blob.descriptor, openBlob))).message, 'it does not say where the upload goes on')
})

test('a source that fails is the error, and the upload is not tried again', async ({ start }) => {
  const { host, requests } = await start()
  const failure = new Error('the disk is gone')
  const error: unknown = await openRegistry(host).push(blob.descriptor, async function* () { yield* []; throw failure }).catch((thrown: unknown) => thrown)
  assert.is(error, failure)
  assert.is(requests.filter(({ method }) => method === 'PUT').length <= 1, true)
})

test('a tag that cannot move is no error where it stands already', async ({ start }) => {
  const { host, repository } = await start({ instead: ({ method, url = '' }) => method === 'PUT' && url.includes('/manifests/1.0') ? refusal(400, 'TAG_INVALID', 'the tag is immutable') : undefined })
  const store = openRegistry(host)
  await pushAll(store, image)
  assert.match((await errorOf(store.tag(image.root, '1.0'))).message, 'the tag is immutable')
  repository('app').tags.set('1.0', image.root.digest)
  await store.tag(image.root, '1.0')
})

test('manifests and tags are taken back, or it is told that they cannot be', async ({ start }) => {
  const { host } = await start()
  const store = openRegistry(host)
  await pushAll(store, image)
  for (const tag of ['1.0', '1.1']) await store.tag(image.root, tag)
  await store.deleteManifest('1.0')
  assert.equal(await store.tags(), ['1.1'])
  await store.deleteManifest(image.root.digest)
  await store.deleteManifest(image.root.digest)
  assert.equal(await store.tags(), [])
  const other = openRegistry((await start({ deletes: false })).host)
  assert.match((await errorOf(other.deleteManifest('1.0'))).message, 'it answers 405 Method Not Allowed')
})

test('pages without an end, and lists that are none, are one error', async ({ start, answering }) => {
  const { host } = await start({ instead: ({ url = '' }) => json({ tags: [] }, { link: `<${url.endsWith('1') ? url.replace(/1$/, '2') : '/v2/app/tags/list?n=1'}>; rel="next"` }) })
  assert.match((await errorOf(openRegistry(host).tags())).message, 'there is no end of its pages')
  for (const body of ['{"tags":7}', '{"tags":[1]}', '<html>', '[]', '{}']) {
    assert.is((await errorOf(openRegistry(await answering({ status: 200, body })).tags())).code, 'REGISTRY')
  }
})

test('the index that stands for a list of referrers keeps what others wrote into it', async ({ start }) => {
  const { host, repository } = await start()
  const store = openRegistry(host)
  await pushAll(store, image)
  const others = ['a', 'b', 'c'].map(imageOf)
  for (const other of others) await pushAll(store, other)
  await Promise.all(others.map(({ root }) => store.attach(root, {
    schemaVersion: 2, artifactType: 'x/y', config: root, layers: [], subject: image.root, annotations: { of: root.digest },
  })))
  const tag = image.root.digest.replace(':', '-')
  const index = repository('app').manifests.get(repository('app').tags.get(tag) ?? '')
  assert.equal(JSON.parse(index?.bytes.toString() ?? ''), {
    schemaVersion: 2, mediaType: mediaTypes.index, manifests: others.map(({ root }) => ({ ...root, artifactType: 'x/y', annotations: { of: root.digest } })),
  })
  repository('app').tags.set(tag, image.root.digest)
  assert.match((await errorOf(store.referrers(image.root))).message, `its tag ${tag} is no index`)
})

test('a registry that lists referrers by itself gets no index in their place', async ({ start }) => {
  const { host, repository } = await start({ referrers: true })
  const store = openRegistry(host)
  await pushAll(store, image)
  const signature = described(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.manifest, config: image.parts[1]?.descriptor, layers: [], subject: image.root }), mediaTypes.manifest)
  await store.push(signature.descriptor, async function* () { yield signature.bytes })
  await store.attach(signature.descriptor, { schemaVersion: 2, config: image.root, layers: [], subject: image.root })
  await openRegistry(host).attach(signature.descriptor, { schemaVersion: 2, config: image.root, layers: [], subject: image.root })
  assert.is(repository('app').tags.size, 0)
  assert.equal((await store.referrers(image.root)).map(({ digest }) => digest), [signature.descriptor.digest])
})

test.run()

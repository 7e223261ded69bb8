import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Credential } from '../../../lib/contracts/credential.ts'
import { type FakeRegistry, startFakeRegistry } from '../../support/fake-registry.ts'
import type { FakeRegistryOptions } from '../../support/registry/options.ts'
import { bytesOf, described, imageOf, pushAll } from '../../support/tiny-image.ts'
import { errorOf, openRegistry } from '../support/open-registry.ts'

interface Context {
  start(options: FakeRegistryOptions): Promise<FakeRegistry>
  started: FakeRegistry[]
}

const test = suite<Context>('registry authorization')

test.before.each(context => {
  context.started = []
  context.start = async options => {
    const fake = await startFakeRegistry(options)
    context.started.push(fake)
    return fake
  }
})
test.after.each(async ({ started }) => { for (const fake of started) await fake.close() })

const image = imageOf('authorization')
const users = { robot: 'sesame', reader: 'sesame' }
const robot: Credential = { username: 'robot', password: 'sesame', from: 'FROM_HERE' }
const as = (credential: Credential | undefined) => ({ credentials: async () => credential })
const text = (error: Error & { readonly hint?: string | undefined }): string => `${error.stack}${error.hint}`

test('a token is asked for once for all of a push, and used until it ends', async ({ start }) => {
  const { host, tokenRequests, requests } = await start({ auth: { kind: 'token', users } })
  const store = openRegistry(host, as(robot))
  await pushAll(store, image)
  await store.tag(image.root, '1.0')
  await bytesOf(store.open(image.root))
  assert.equal(tokenRequests.map(line => line.replaceAll('+', ' ')), [
    'GET /token?service=fake registry&scope=repository:app:pull,push&account=robot',
    'GET /token?service=fake registry&scope=repository:app:pull&account=robot',
  ])
  assert.is(requests.filter(({ status }) => status === 401).length, 1)
  await Promise.all([1, 2, 3, 4].map(() => openRegistry(host, as(robot)).tags()))
})

test('requests at the same time share one token', async ({ start }) => {
  const { host, tokenRequests } = await start({ auth: { kind: 'token', users } })
  const store = openRegistry(host, as(robot))
  await Promise.all(Array.from({ length: 10 }, (_, index) => store.has(described(`${index}`, 'text/plain').descriptor)))
  assert.is(tokenRequests.length, 1)
})

test('everybody may read what is public', async ({ start }) => {
  const { host, repository, tokenRequests } = await start({ auth: { kind: 'token', users, anonymousPull: true } })
  const { descriptor, bytes } = described('public', 'text/plain')
  repository('app').blobs.set(descriptor.digest, bytes)
  assert.equal(await bytesOf(openRegistry(host).open(descriptor)), bytes)
  assert.is(tokenRequests.length, 1)
})

for (const kind of ['basic', 'token'] as const) {
  test(`a wrong password is told by where it comes from: ${kind}`, async ({ start }) => {
    const { host } = await start({ auth: { kind, users } })
    const error = await errorOf(openRegistry(host, as({ username: 'robot', password: 'hunter2', from: 'FROM_HERE' })).resolve('1.0'))
    assert.is(error.code, 'CREDENTIALS')
    assert.match(error.message, new RegExp(`^Cannot find 1\\.0 in ${host}/app: (it|its token server .*) refuses the credential from FROM_HERE \\(401 Unauthorized`))
    assert.not.match(text(error), 'hunter2')
    assert.not.match(text(error), Buffer.from('robot:hunter2').toString('base64'))
  })

  test(`without a credential it says which variables to set: ${kind}`, async ({ start }) => {
    const { host } = await start({ auth: { kind, users } })
    const error = await errorOf(openRegistry(host).push(described('x', 'text/plain').descriptor, async function* () { yield Buffer.from('x') }))
    assert.is(error.code, 'CREDENTIALS')
    assert.match(error.message, `it wants a credential, and none was found for ${host}`)
    assert.match(error.hint ?? '', `SLIPWAY_REGISTRY_${host.replaceAll(/[^\d]/g, '_')}_USERNAME`)
  })

  test(`who may only read is told so when writing: ${kind}`, async ({ start }) => {
    const { host } = await start({ auth: { kind, users, readers: ['reader'] } })
    const store = openRegistry(host, as({ username: 'reader', password: 'sesame', from: 'FROM_HERE' }))
    assert.equal(await store.tags(), [])
    const error = await errorOf(pushAll(store, image))
    assert.is(error.code, 'CREDENTIALS')
    assert.match(error.message, /^Cannot push sha256:.+ refuses the credential from FROM_HERE/)
  })
}

test('a token that ends is replaced', async ({ start }) => {
  const { host, tokenRequests } = await start({ auth: { kind: 'token', users, tokenUses: 2 } })
  const store = openRegistry(host, as(robot))
  for (let count = 0; count < 7; count += 1) await store.tags()
  assert.is(tokenRequests.length, 4)
})

test('an identity token is posted, never in an address', async ({ start }) => {
  const { host, tokenRequests } = await start({ auth: { kind: 'token', users: {}, refreshTokens: { secret: 'robot' } } })
  const store = openRegistry(host, as({ identityToken: 'secret', from: 'FROM_HERE' }))
  await pushAll(store, image)
  assert.ok(tokenRequests.every(line => line === 'POST /token'))
  const error = await errorOf(openRegistry(host, as({ identityToken: 'hunter2', from: 'FROM_HERE' })).tags())
  assert.is(error.code, 'CREDENTIALS')
  assert.not.match(text(error), 'hunter2')
})

test('what authorizes does not follow a blob to another origin', async ({ start }) => {
  const { host, elsewhere } = await start({ redirectBlobs: true, auth: { kind: 'basic', users } })
  const store = openRegistry(host, as(robot))
  await pushAll(store, image)
  for (const { descriptor, bytes } of image.parts) assert.equal(await bytesOf(store.open(descriptor)), bytes)
  assert.is(elsewhere.length, 2)
  assert.ok(elsewhere.every(({ headers }) => headers.authorization === undefined))
})

test('each host is asked with its own credential', async ({ start }) => {
  const mirror = await start({ auth: { kind: 'basic', users: { mirror: 'm' } } })
  const origin = await start({ auth: { kind: 'basic', users: { origin: 'o' } } })
  const asked: string[] = []
  const store = openRegistry(origin.host, { mirrors: [mirror.url], credentials: async host => {
    asked.push(host)
    return host === origin.host ? { username: 'origin', password: 'o', from: 'a' } : { username: 'mirror', password: 'm', from: 'b' }
  } })
  await errorOf(store.resolve('1.0'))
  const sent = (fake: FakeRegistry): string[] => fake.requests.flatMap(({ headers }) => headers.authorization ?? [])
  assert.equal(new Set(asked), new Set([mirror.host, origin.host]))
  assert.equal(sent(mirror), [`Basic ${Buffer.from('mirror:m').toString('base64')}`])
  assert.equal(sent(origin), [`Basic ${Buffer.from('origin:o').toString('base64')}`])
})

test('a server that repeats a secret is not repeated', async ({ start }) => {
  const { host } = await start({ instead: ({ headers }) => headers.authorization === undefined
    ? { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } }
    : { status: 403, body: `no, ${Buffer.from(headers.authorization.slice(6), 'base64').toString()}` } })
  const error = await errorOf(openRegistry(host, as({ username: 'robot', password: 'hunter2', from: 'FROM_HERE' })).tags())
  assert.match(error.message, '403 Forbidden, no, robot:...')
  assert.not.match(text(error), 'hunter2')
})

test('neither is a header that it repeats, with a password or a token in it', async ({ start }) => {
  const echo = { status: 403, headers: {} }
  const basic = await start({ instead: ({ headers }) => headers.authorization === undefined
    ? { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } } : { ...echo, body: `no, ${headers.authorization}` } })
  const password = await errorOf(openRegistry(basic.host, as({ username: 'robot', password: 'hunter2', from: 'FROM_HERE' })).tags())
  assert.match(password.message, '403 Forbidden, no, Basic ...')
  const seen: string[] = []
  const bearer = await start({ auth: { kind: 'token', users: { robot: 'sesame' } }, instead: ({ headers: { authorization } }) => {
    if (authorization === undefined) return undefined
    seen.push(authorization.replace('Bearer ', ''))
    return { ...echo, body: `no, ${authorization}` }
  } })
  const token = await errorOf(openRegistry(bearer.host, as(robot)).tags())
  assert.match(token.message, '403 Forbidden, no, Bearer ...')
  assert.ok(seen.length > 0 && seen.every(one => !text(token).includes(one)))
})

const brokenRealms: readonly (readonly [name: string, challenge: string, words: RegExp])[] = [
  ['a realm that is no URL', 'Bearer realm="nonsense"', /it names a token server that is no URL/],
  ['a realm that is a file', 'Bearer realm="file:///etc/passwd"', /it names a token server that is no URL/],
  ['no challenge that is known', 'Negotiate', /none was found|refuses the credential/],
  ['no realm', 'Bearer service="x"', /none was found|refuses the credential/],
]

for (const [name, challenge, words] of brokenRealms) {
  test(`${name} is one error`, async ({ start }) => {
    const { host } = await start({ instead: () => ({ status: 401, headers: { 'www-authenticate': challenge } }) })
    assert.match((await errorOf(openRegistry(host, as(robot)).tags())).message, words)
  })
}

test('a token server that answers with something else is one error', async ({ start }) => {
  for (const body of ['<html>', '{}', '{"token":7}', '{"token":"a\\nb"}', 'null']) {
    const tokens = await start({ instead: () => ({ status: 200, body }) })
    const { host } = await start({ instead: () => ({ status: 401, headers: { 'www-authenticate': `Bearer realm="${tokens.url}/token",service="s"` } }) })
    const error = await errorOf(openRegistry(host, as(robot)).tags())
    assert.is(error.message, `Cannot list the tags of ${host}/app: its token server ${tokens.host} answers without a token`)
  }
})

test.run()

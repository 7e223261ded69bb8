import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { GitTapOptions } from '../../lib/destinations/git-tap.ts'
import type { ReleaseError } from '../../lib/values/errors.ts'
import { faults, startFaultProxy } from '../support/fault-proxy.ts'
import { tlsCertificate } from '../support/tls-certificate.ts'
import { unless } from '../support/unless.ts'
import { startGitHttp, type GitHttpOptions, type GitHttpServer } from './support/git-http-server.ts'
import { demoOf, setHook, tapFixture, type TapFixture } from './support/tap-fixture.ts'

interface Context {
  tap: TapFixture
  servers: GitHttpServer[]
  serve(options?: Partial<GitHttpOptions>): Promise<{ readonly server: GitHttpServer; readonly options: Partial<GitTapOptions> }>
}

const test = suite<Context>('gitTap over http')
// Every character that is written in another way somewhere.
const token = 'hunter2+/=%20"\'$(id)ü'
const openssl = spawnSync('openssl', ['version']).status === 0
const texts = { 'compose.yaml': 'services: {}\n' }

test.before.each(async own => {
  const tap = await tapFixture()
  const servers: GitHttpServer[] = []
  Object.assign(own, {
    tap, servers,
    serve: async (options: Partial<GitHttpOptions> = {}) => {
      const server = await startGitHttp({ root: dirname(tap.bare), writers: { 'x-access-token': token }, readers: { reader: 'reads-only-1' }, ...options })
      servers.push(server)
      return { server, options: { repository: `${server.url}/tap.git`, token } }
    },
  })
})
test.after.each(async ({ tap, servers }) => {
  await Promise.all(servers.map(server => server.close()))
  await tap.close()
})

/** No form of a secret is in what a user could see. */
function requireSecret(shown: unknown, ...secrets: readonly string[]): void {
  const seen = new Set<unknown>()
  const textOf = (value: unknown): string => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return String(value)
    seen.add(value)
    const error = value as ReleaseError
    return [error.message, error.stack, error.output, error.hint, ...Object.values(value) as readonly unknown[]].map(textOf).join('\n') + (error.cause === undefined ? '' : textOf(error.cause))
  }
  const text = textOf(shown)
  for (const secret of secrets) {
    for (const form of [secret, encodeURIComponent(secret), ...[secret, `x-access-token:${secret}`].flatMap(one => [Buffer.from(one).toString('base64'), Buffer.from(one).toString('base64url')])]) {
      assert.not(text.includes(form), `${form} is shown`)
    }
  }
}

test('a release goes through with a token, which is asked for once the server wants it', async ({ tap, serve }) => {
  const { server, options } = await serve()
  assert.equal(await tap.tap(options).check(tap.world(), []), [])
  assert.equal(await tap.release('1.2.3', [demoOf(texts)], options), [])
  assert.equal(await tap.subjects(), ['gateway 1.2.3'])
  assert.is((await tap.tap(options).probe(demoOf(texts).outline, tap.world())).state, 'public')
  assert.equal(await tap.retract('1.2.3', undefined, options), [])
  assert.equal(await tap.files(), {})
  assert.ok(server.requests.some(request => request === 'POST /tap.git/git-receive-pack x-access-token'))
})

test('the token is in no command line, no environment of a hook, and no file', async ({ tap, serve }) => {
  const { options } = await serve()
  const seen: string[] = []
  const world = tap.world()
  const watched = { ...world, exec: (async (program, args, settings) => {
    seen.push([program, ...args, settings?.input ?? ''].join(' '))
    return world.exec(program, args, settings)
  }) as typeof world.exec }
  assert.equal(await tap.tap(options).check(watched, []), [])
  assert.ok(seen.length > 3)
  requireSecret(seen, token)
  await setHook(tap.bare, 'pre-receive', `env > ${tap.bare}/seen; exit 1`)
  await tap.release('1.2.3', [demoOf(texts)])
  const environment = await readFile(`${tap.bare}/seen`, 'utf8')
  assert.match(environment, /^PATH=/m)
  requireSecret(environment, token)
})

test('a wrong token, none, and one that may only read are told apart, and never shown', async ({ tap, serve }) => {
  const { options } = await serve()
  await tap.edits({ x: 'x' })
  const where = String(options.repository)
  const told = async (changes: Partial<GitTapOptions>) => {
    const problems = await tap.tap({ ...options, ...changes }).check(tap.world(), [])
    const [error] = await tap.release('1.2.3', [demoOf(texts)], { ...options, ...changes })
    requireSecret([problems, error, tap.graph.events], token, 'reads-only-1', 'wrong-token-1')
    assert.is(problems.length, 1)
    assert.equal([error?.code, error?.message, error?.hint], [problems[0]?.code, problems[0]?.message.split('. ')[0], problems[0]?.hint])
    return [error?.code, error?.message]
  }
  assert.equal(await told({ token: 'wrong-token-1' }), ['CREDENTIALS', `Cannot read ${where}: the server does not take the token`])
  assert.equal(await told({ token: '' }), ['CREDENTIALS', `Cannot read ${where}: the server wants a token, and there is none`])
  assert.equal(await told({ token: undefined }), ['CREDENTIALS', `Cannot read ${where}: the server wants a token, and there is none`])
  assert.equal(await told({ username: 'reader', token: 'reads-only-1' }), ['CREDENTIALS', `Cannot push to ${where}: the server does not allow writing`])
  assert.equal(await told({ repository: where.replace('tap', 'other') }), ['DESTINATION', `Cannot read ${where.replace('tap', 'other')}: there is no such repository, or the token does not see it`])
  assert.equal(await tap.subjects(), ['Change'])
})

test('what a server repeats of the token is not shown', async ({ tap, serve }) => {
  const { options } = await serve()
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64')
  await setHook(tap.bare, 'pre-receive', `printf '%s\\n' 'refused ${basic}' 'for ${Buffer.from(token).toString('base64')}' 'for hunter2+/=%20"' >&2; exit 1`)
  const [error] = await tap.release('1.2.3', [demoOf(texts)], options)
  assert.match(error?.message ?? '', /pre-receive hook declined: refused \*\*\*$/)
  requireSecret(error, token)
})

test('a redirect to another server gets no token', async ({ tap, serve }) => {
  const { server, options } = await serve()
  const { server: other } = await serve()
  server.instead(({ url }) => ({ status: 302, location: `${other.url}${url}` }))
  const [problem] = await tap.tap(options).check(tap.world(), [])
  assert.is(problem?.code, 'CREDENTIALS')
  assert.match(problem?.message ?? '', /it sends git to another server, which is not told the token/)
  assert.ok(other.requests.length > 0)
  assert.equal(other.authorizations, [])
  server.instead(undefined)
  assert.equal(await tap.tap(options).check(tap.world(), []), [])
  server.instead(({ url, headers }) => headers.authorization === undefined ? undefined : { status: 302, location: `${other.url}${url}` })
  assert.is((await tap.tap(options).check(tap.world(), [])).length, 1)
  assert.equal(other.authorizations, [])
})

test('a proxy is never used for this machine', async ({ tap, serve }) => {
  const { options } = await serve()
  const names = ['http_proxy', 'ALL_PROXY'] as const
  const before = names.map(name => process.env[name])
  try {
    for (const name of names) process.env[name] = 'http://127.0.0.1:9'
    assert.equal(await tap.tap(options).check(tap.world(), []), [])
  } finally {
    for (const [index, name] of names.entries()) if (before[index] === undefined) delete process.env[name]; else process.env[name] = before[index]
  }
})

test('a token of several lines is refused', async ({ tap, serve }) => {
  const { options } = await serve()
  const [problem] = await tap.tap({ ...options, token: `${token}\n` }).check(tap.world(), [])
  assert.is(problem?.message, 'Cannot use the token of a tap: it is more than one line')
  requireSecret(problem, token)
})

unless(openssl ? undefined : 'needs openssl', test)('https: a certificate that is not trusted is refused, one in SSL_CERT_FILE is', async ({ tap }) => {
  const tls = await tlsCertificate('localhost')
  const server = await startGitHttp({ root: dirname(tap.bare), writers: { 'x-access-token': token }, tls })
  const options = { repository: `${server.url.replace('127.0.0.1', 'localhost')}/tap.git`, token }
  const before = process.env['SSL_CERT_FILE']
  try {
    const [problem] = await tap.tap(options).check(tap.world(), [])
    assert.equal([problem?.code, problem?.message.includes('its certificate is not trusted')], ['NETWORK', true], problem?.message)
    process.env['SSL_CERT_FILE'] = tls.file
    assert.equal(await tap.release('1.2.3', [demoOf(texts)], options), [])
    process.env['SSL_CERT_FILE'] = '/nowhere'
    assert.match((await tap.tap(options).check(tap.world(), []))[0]?.message ?? '', /^Cannot use the certificates in \/nowhere/)
  } finally {
    if (before === undefined) delete process.env['SSL_CERT_FILE']
    else process.env['SSL_CERT_FILE'] = before
    await Promise.all([server.close(), tls.remove()])
  }
})

test('a server that is not there is told, with the words of the system', async ({ tap, serve }) => {
  const { server, options } = await serve()
  await server.close()
  const [problem] = await tap.tap(options).check(tap.world(), [])
  assert.is(problem?.code, 'NETWORK')
  assert.match(problem?.message ?? '', /^Cannot read http:.*: Failed to connect to 127\.0\.0\.1/)
})

test('a fault at any request: the release comes through, or runs again, to the same commit', async ({ tap, serve }) => {
  const { server } = await serve()
  const proxy = await startFaultProxy(server.url.replace('http://', ''))
  const options = { repository: `http://${proxy.host}/tap.git`, token }
  try {
    await tap.edits({ x: 'x' })
    const start = await tap.git('rev-parse', 'main')
    assert.equal(await tap.release('1.2.3', [demoOf(texts)], options), [])
    const end = await tap.git('rev-parse', 'main')
    const count = proxy.requests.length
    assert.ok(count >= 6, String(count))
    // Every fault where the branch is moved, and one after the other at each request before.
    const kinds = faults.filter(one => one !== 'stall')
    const planned = [...kinds.map(fault => [fault, count] as const), ...Array.from({ length: count - 1 }, (_, index) => [kinds[index % kinds.length], index + 1] as const)]
    let through = 0
    for (const [fault, at] of planned) {
      await tap.git('update-ref', 'refs/heads/main', start)
      proxy.break(fault, at)
      const errors = await tap.release('1.2.3', [demoOf(texts)], options)
      requireSecret(errors, token)
      proxy.break(undefined)
      if (errors.length === 0) through += 1
      else assert.equal(await tap.release('1.2.3', [demoOf(texts)], options), [], `${fault} at ${at}`)
      assert.is(await tap.git('rev-parse', 'main'), end, `${fault} at ${at}`)
    }
    assert.ok(through > planned.length / 2, String(through))
  } finally {
    await proxy.close()
  }
})

test('no credential is sent where a server wants none', async ({ tap }) => {
  const server = await startGitHttp({ root: dirname(tap.bare) })
  try {
    assert.equal(await tap.release('1.2.3', [demoOf(texts)], { repository: `${server.url}/tap.git` }), [])
    assert.equal(server.authorizations, [])
  } finally {
    await server.close()
  }
})

test.run()

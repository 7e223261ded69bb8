import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { credentialVariables } from '../../../lib/oci/registry/credential-variables.ts'
import { createEndpoint } from '../../../lib/oci/registry/endpoint.ts'
import { isLoopback } from '../../../lib/oci/registry/loopback.ts'
import { mirrorAddress } from '../../../lib/oci/registry/mirror-address.ts'
import { patience } from '../../../lib/oci/registry/patience.ts'
import { retryAfter } from '../../../lib/oci/registry/retry-after.ts'
import { ReleaseError } from '../../../lib/values/errors.ts'

test('this machine has many names', () => {
  for (const host of ['localhost', 'LOCALHOST:5000', 'registry.localhost', 'localhost.', '127.0.0.1', '127.1.2.3:80', '::1', '[::1]', '[::1]:5000', '[::ffff:7f00:1]']) assert.ok(isLoopback(host), host)
  for (const host of ['localhost.example', 'notlocalhost', '128.0.0.1', '127.0.0.1.example', '10.127.0.0', '[::2]', '[::11]', '1127.0.0.1', '']) assert.not(isLoopback(host), host)
})

const parts = { http: async () => { throw new Error('nothing is asked') }, credentials: async () => undefined, patience: patience({}), log: () => {} }

test('a registry is asked over TLS, unless it is on this machine or told to be without', () => {
  const urlOf = (host: string, insecure?: boolean): string => createEndpoint({ host, repository: 'a/b', insecure }, parts).url('tags/list')
  assert.is(urlOf('ghcr.io'), 'https://ghcr.io/v2/a/b/tags/list')
  assert.is(urlOf('registry.example:5000'), 'https://registry.example:5000/v2/a/b/tags/list')
  assert.is(urlOf('127.0.0.1:5000'), 'http://127.0.0.1:5000/v2/a/b/tags/list')
  assert.is(urlOf('[::1]:5000'), 'http://[::1]:5000/v2/a/b/tags/list')
  assert.is(urlOf('localhost', false), 'https://localhost/v2/a/b/tags/list')
  assert.is(urlOf('registry.example', true), 'http://registry.example/v2/a/b/tags/list')
  assert.is(urlOf('docker.io'), 'https://registry-1.docker.io/v2/a/b/tags/list')
})

test('mirrors are told which registry is meant', () => {
  const urlOf = (mirror: string): string => createEndpoint(mirrorAddress(mirror, { host: 'docker.io', repository: 'library/alpine' }), parts).url('tags/list?n=1')
  assert.is(urlOf('mirror.example'), 'https://mirror.example/v2/library/alpine/tags/list?n=1&ns=docker.io')
  assert.is(urlOf('https://mirror.example/'), 'https://mirror.example/v2/library/alpine/tags/list?n=1&ns=docker.io')
  assert.is(urlOf('http://127.0.0.1:5000'), 'http://127.0.0.1:5000/v2/library/alpine/tags/list?n=1&ns=docker.io')
  assert.is(urlOf('127.0.0.1:5000/hub/'), 'http://127.0.0.1:5000/v2/hub/library/alpine/tags/list?n=1&ns=docker.io')
  assert.is(urlOf('http://Mirror.example/a/b'), 'http://mirror.example/v2/a/b/library/alpine/tags/list?n=1&ns=docker.io')
})

test('what is no address of a mirror is told, without what may be a password', () => {
  for (const mirror of ['', 'ftp://mirror.example', 'https://user:hunter2@mirror.example', 'mirror.example?x', 'a b', 'mirror.example:port']) {
    assert.throws(() => mirrorAddress(mirror, { host: 'docker.io', repository: 'x' }), (error: unknown) =>
      error instanceof ReleaseError && error.code === 'USAGE' && !error.message.includes('hunter2') && error.message.startsWith('Cannot use a mirror of docker.io'))
  }
})

test('the variables of a host', () => {
  assert.equal(credentialVariables('my-registry.example:5000'), {
    username: 'SLIPWAY_REGISTRY_MY_REGISTRY_EXAMPLE_5000_USERNAME', password: 'SLIPWAY_REGISTRY_MY_REGISTRY_EXAMPLE_5000_PASSWORD',
  })
})

test('Retry-After is seconds or a date', () => {
  const now = Date.parse('2026-01-02T03:04:05Z')
  assert.is(retryAfter('7', now), 7000)
  assert.is(retryAfter('0', now), 0)
  assert.is(retryAfter('Fri, 02 Jan 2026 03:04:15 GMT', now), 10_000)
  assert.is(retryAfter('Fri, 02 Jan 2026 03:04:00 GMT', now), 0)
  for (const value of [undefined, 'soon', '']) assert.is(retryAfter(value, now), undefined)
})

test('each rest is longer, not the same for all, and never for ever', async () => {
  for (const [random, waits] of [[0, [250, 500, 1000, 7500]], [1, [500, 1000, 2000, 15_000]]] as const) {
    const slept: number[] = []
    const { rest } = patience({ random: () => random, sleep: async time => { slept.push(time) } })
    for (const count of [1, 2, 3, 20]) await rest(count)
    assert.equal(slept, waits)
  }
})

test('a rest ends with the run', async () => {
  const stop = new AbortController()
  const resting = patience({ signal: stop.signal }).rest(10).catch((error: unknown) => error)
  stop.abort()
  assert.is((await resting as ReleaseError).code, 'CANCELLED')
})

test.run()

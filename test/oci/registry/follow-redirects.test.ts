import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Http, HttpRequest, HttpResponse } from '../../../lib/contracts/http.ts'
import { followRedirects } from '../../../lib/oci/registry/follow-redirects.ts'
import { errorOf } from '../support/open-registry.ts'

/** Servers of any name and scheme, as a table of addresses. */
function servers(locations: Readonly<Record<string, readonly [status: number, location?: string]>>): { http: Http, asked: HttpRequest[] } {
  const asked: HttpRequest[] = []
  const http: Http = async request => {
    asked.push(request)
    const [status, location] = locations[request.url] ?? [200]
    const response: HttpResponse = { status, header: name => name === 'location' ? location : undefined, body: nothing(), discard: async () => {} }
    return response
  }
  return { http, asked }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

const authorized = { Authorization: 'Bearer secret', Range: 'bytes=1-' }
const get = (url: string): HttpRequest => ({ method: 'GET', url, headers: authorized })

test('what authorizes stays with its origin: scheme, host and port', async () => {
  for (const [location, kept] of [
    ['https://a.example/y', true], ['/y', true], ['https://a.example:444/y', false], ['https://b.example/y', false], ['https://sub.a.example/y', false], ['https://a.example.evil/y', false],
  ] as const) {
    const { http, asked } = servers({ 'https://a.example/x': [307, location] })
    const { url } = await followRedirects(http, get('https://a.example/x'))
    assert.is(url, new URL(location, 'https://a.example').href)
    assert.equal(asked[1]?.headers, kept ? authorized : { Range: 'bytes=1-' }, location)
  }
})

test('what was dropped does not come back', async () => {
  const { http, asked } = servers({ 'https://a.example/x': [302, 'https://b.example/x'], 'https://b.example/x': [302, 'https://a.example/y'] })
  await followRedirects(http, get('https://a.example/x'))
  assert.equal(asked.at(-1)?.headers, { Range: 'bytes=1-' })
})

test('nothing goes on without TLS that began with it', async () => {
  const { http } = servers({ 'https://a.example/x': [307, 'http://a.example/x'] })
  assert.match((await errorOf(followRedirects(http, get('https://a.example/x')))).message, 'it redirects to a.example without TLS')
  const up = servers({ 'http://a.example/x': [301, 'https://a.example/x'] })
  assert.is((await followRedirects(up.http, get('http://a.example/x'))).url, 'https://a.example/x')
})

test('what has no end, and what is no address, is one error', async () => {
  for (const [location, words] of [['/x?secret', 'more than 10 times'], ['file:///etc/passwd', 'what is no address'], ['http://', 'what is no address']] as const) {
    const { http } = servers({ 'http://a.example/x?secret': [307, location] })
    const error = await errorOf(followRedirects(http, get('http://a.example/x?secret')))
    assert.match(error.message, words)
    assert.not.match(error.message, 'secret')
  }
})

test('only what may be sent again goes on', async () => {
  const body = { size: 1, open: () => [Buffer.from('x')] }
  for (const [request, status, followed] of [
    [{ method: 'PUT', body }, 307, true], [{ method: 'PATCH', body }, 308, true], [{ method: 'PUT', body }, 302, false], [{ method: 'POST' }, 307, true], [{ method: 'POST', body }, 307, false],
    [{ method: 'HEAD' }, 303, true], [{ method: 'DELETE' }, 301, false], [{ method: 'GET' }, 304, false],
  ] as const satisfies readonly (readonly [Omit<HttpRequest, 'url'>, number, boolean])[]) {
    const { http, asked } = servers({ 'http://a.example/x': [status, '/y'] })
    await followRedirects(http, { url: 'http://a.example/x', ...request })
    assert.is(asked.length, followed ? 2 : 1, `${request.method} ${status}`)
  }
})

test.run()

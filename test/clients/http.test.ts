import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createHttp } from '../../lib/clients/http.ts'
import type { HttpBody, HttpRequest } from '../../lib/contracts/http.ts'
import type { NetworkFailure } from '../../lib/contracts/network-failure.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import { isAway } from '../../lib/oci/registry/passing.ts'
import { startFakeProxy } from '../support/fake-proxy.ts'
import { needs } from '../support/needs.ts'
import { listen, type Listening } from '../support/registry/listen.ts'
import { tlsCertificate } from '../support/tls-certificate.ts'

const limits = { connect: 2000, idle: 2000 }
const http = createHttp({ environment: {}, limits })

async function withServer(listener: RequestListener, act: (server: Listening) => Promise<void>, server: Server = createServer(listener)): Promise<void> {
  const listening = await listen(server)
  try {
    await act(listening)
  } finally {
    await listening.close()
  }
}

async function text(body: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of body) parts.push(part)
  return Buffer.concat(parts).toString()
}

async function errorOf(promise: Promise<unknown>): Promise<ReleaseError> {
  const error: unknown = await promise.then(() => undefined, (thrown: unknown) => thrown)
  assert.instance(error, ReleaseError)
  return error as ReleaseError
}

const bodyOf = (...parts: readonly string[]): HttpBody => ({ size: parts.join('').length, open: () => parts.map(part => Buffer.from(part)) })

async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body: await text(request) }))
}

const echoing: RequestListener = (request, response) => { void echo(request, response) }

test('a request arrives as it was asked', () => withServer(echoing, async ({ url }) => {
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const) {
    const answer = await http({ method, url: `${url}/a?b=c`, headers: { 'X-One': 'two' }, ...method !== 'GET' && { body: bodyOf('he', 'llo') } })
    const { headers, ...rest } = JSON.parse(await text(answer.body)) as { method: string, url: string, headers: Record<string, string>, body: string }
    assert.equal(rest, { method, url: '/a?b=c', body: method === 'GET' ? '' : 'hello' })
    assert.is(headers['user-agent'], 'slipway')
    assert.is(headers['x-one'], 'two')
    assert.is(headers['content-length'], method === 'GET' ? undefined : '5')
    assert.is(headers['accept-encoding'], undefined)
  }
}))

test('an empty body has a length too', () => withServer(echoing, async ({ url }) => {
  for (const method of ['POST', 'PUT', 'PATCH'] as const) {
    const answer = await http({ method, url, body: { size: 0, open: () => [] } })
    assert.match(await text(answer.body), '"content-length":"0"')
  }
}))

test('statuses, redirects and compressed bodies are handed over as they are', () => withServer((request, response) => {
  if (request.url === '/gzip') response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('hello'))
  else response.writeHead(Number(request.url?.slice(1)), { Location: '/elsewhere?x' }).end('text')
}, async ({ url }) => {
  for (const status of [201, 301, 307, 401, 404, 429, 500]) {
    const answer = await http({ method: 'GET', url: `${url}/${status}` })
    assert.is(answer.status, status)
    assert.is(answer.header('LOCATION'), '/elsewhere?x')
    assert.is(answer.header('x-none'), undefined)
    await answer.discard()
  }
  const parts: Uint8Array[] = []
  for await (const part of (await http({ method: 'GET', url: `${url}/gzip` })).body) parts.push(part)
  assert.equal(Buffer.concat(parts), gzipSync('hello'))
}))

test('connections are used again, whether a body is read or forgotten', () => {
  const sockets = new Set<Socket>()
  return withServer((request, response) => {
    sockets.add(request.socket)
    response.end('x'.repeat(100_000))
  }, async ({ url }) => {
    await text((await http({ method: 'GET', url })).body)
    await delay(10)
    await (await http({ method: 'GET', url })).discard()
    await delay(10)
    const head = await http({ method: 'HEAD', url })
    assert.is(await text(head.body), '')
    assert.is(sockets.size, 1)
  })
})

test('a large body is streamed both ways', () => withServer((request, response) => { request.pipe(response) }, async ({ url }) => {
  const part = Buffer.alloc(1 << 16, 7)
  const answer = await http({ method: 'PUT', url, body: { size: part.length * 256, async *open() { for (let index = 0; index < 256; index++) yield part } } })
  let size = 0
  for await (const got of answer.body) size += got.length
  assert.is(size, part.length * 256)
}))

test('an error of the source is handed on, whatever became of the request', () => withServer(echoing, async ({ url }) => {
  const error = new ReleaseError('Cannot use a blob: it is damaged', { code: 'CONTENT' })
  const open = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('he')
    throw error
  }
  assert.is(await errorOf(http({ method: 'PUT', url, body: { size: 5, open } })), error)
}))

for (const [name, size, words] of [['few', 6, '5 in place of 6'], ['many', 4, 'more than 4']] as const) {
  test(`too ${name} bytes are an error, not a server that waits`, () => withServer(echoing, async ({ url }) => {
    const error = await errorOf(http({ method: 'PUT', url, body: { ...bodyOf('hello'), size } }))
    assert.is(error.code, 'CONTENT')
    assert.match(error.message, words)
  }))
}

async function closedPort(): Promise<string> {
  const listening = await listen(createServer())
  await listening.close()
  return listening.host
}

function failing(cause: unknown): NetworkFailure {
  return cause as NetworkFailure
}

test('a refused connection says host, port and why', async () => {
  const host = await closedPort()
  const error = await errorOf(http({ method: 'GET', url: `http://${host}/path?secret=1` }))
  assert.is(error.message, `Cannot reach ${host}: the connection is refused`)
  assert.is(error.code, 'NETWORK')
  assert.equal(failing(error.cause), { code: 'ECONNREFUSED', passing: true })
})

test('a host that does not exist is told', async () => {
  const error = await errorOf(http({ method: 'GET', url: 'https://registry.invalid/v2/' }))
  assert.match(error.message, /^Cannot reach registry\.invalid:443: (there is no such host|its name cannot be looked up just now)$/)
})

test('a connection that is reset before the answer, and within it, is told', async () => {
  await withServer((request, response) => {
    if (request.url?.startsWith('/before')) request.socket.resetAndDestroy()
    else response.writeHead(200, { 'Content-Length': '1000' }).write('x'.repeat(500), () => { request.socket.resetAndDestroy() })
  }, async ({ url, host }) => {
    const before = await errorOf(http({ method: 'GET', url: `${url}/before?secret` }))
    assert.is(before.message, `Cannot reach ${host}: the connection was cut`)
    const within = await errorOf(http({ method: 'GET', url: `${url}/within?secret` }).then(answer => text(answer.body)))
    assert.is(within.message, `Cannot read from ${host}: the connection was cut`)
    assert.ok(failing(within.cause).passing)
  })
})

test('a body without a length that is cut is told', () => withServer((request, response) => {
  response.write('x'.repeat(500), () => { setTimeout(() => { request.socket.destroy() }, 20) })
}, async ({ url, host }) => {
  const error = await errorOf(http({ method: 'GET', url }).then(answer => text(answer.body)))
  assert.is(error.message, `Cannot read from ${host}: the connection was cut`)
}))

test('what does not speak HTTP, or TLS, is told', async () => {
  const server = createTcpServer(socket => {
    socket.on('error', () => {})
    socket.once('data', () => { socket.end('SSH-2.0-OpenSSH_9.2\r\n\r\n') })
  })
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  assert.match((await errorOf(http({ method: 'GET', url: `http://${host}/` }))).message, 'it does not answer in HTTP')
  assert.match((await errorOf(http({ method: 'GET', url: `https://${host}/` }))).message, 'it does not answer in TLS')
  await new Promise(resolve => { server.close(resolve) })
})

test('a server that stops answering is given up: before its answer, within it, and while it takes bytes', async () => {
  const hasty = createHttp({ environment: {}, limits: { connect: 5000, idle: 100 } })
  await withServer((request, response) => {
    if (request.url === '/within') response.writeHead(200, { 'Content-Length': '1000' }).write('x')
  }, async ({ url }) => {
    const large: HttpBody = { size: 64 << 20, open: () => Array.from({ length: 64 }, () => Buffer.alloc(1 << 20)) }
    const tries = [
      hasty({ method: 'GET', url: `${url}/before` }),
      hasty({ method: 'GET', url: `${url}/within` }).then(answer => text(answer.body)),
      hasty({ method: 'PUT', url: `${url}/sending`, body: large }),
      hasty({ method: 'PUT', url: `${url}/sent`, body: bodyOf('hello') }),
    ]
    for (const error of await Promise.all(tries.map(errorOf))) {
      assert.match(error.message, /: nothing came for 0\.1 s$/)
      assert.equal(failing(error.cause), { code: 'ETIMEDOUT', passing: true })
    }
  })
})

test('a reader that takes its time is not a server that stops answering', () => withServer((_request, response) => {
  response.end('x'.repeat(3 << 20))
}, async ({ url }) => {
  const hasty = createHttp({ environment: {}, limits: { connect: 5000, idle: 1500 } })
  let size = 0
  for await (const part of (await hasty({ method: 'GET', url })).body) {
    if (size === 0) await delay(2000)
    size += part.length
  }
  assert.is(size, 3 << 20)
}))

test('a signal ends a request, and nothing is asked after it', () => withServer(() => {}, async ({ url }) => {
  const stop = new AbortController()
  const own = createHttp({ environment: {}, signal: stop.signal })
  const asked = own({ method: 'GET', url })
  setTimeout(() => { stop.abort() }, 20)
  for (const error of [await errorOf(asked), await errorOf(own({ method: 'GET', url }))]) {
    assert.is(error.code, 'CANCELLED')
    assert.match(error.message, 'the run was stopped')
  }
  const one = new AbortController()
  one.abort()
  assert.is((await errorOf(http({ method: 'GET', url, signal: one.signal }))).code, 'CANCELLED')
}))

test('an address with a password in it is refused, and not shown', async () => {
  for (const url of ['http://user:hunter2@127.0.0.1/', 'hunter2', 'ftp://hunter2/']) {
    const error = await errorOf(http({ method: 'GET', url }))
    assert.is(error.code, 'NETWORK')
    assert.not.match(`${error.message}${error.hint}${JSON.stringify(error.cause)}`, 'hunter2')
  }
})

test('plain requests go to a proxy, with its password, but those to this machine do not', async () => {
  const proxy = await startFakeProxy()
  const through = createHttp({ limits, environment: { http_proxy: `http://user:p%40ss@${proxy.host}`, NO_PROXY: 'internal.example,.corp' } })
  const get = (url: string): HttpRequest => ({ method: 'GET', url })
  assert.is(await text((await through(get('http://registry.example/a?b'))).body), 'http://registry.example/a?b')
  assert.is(await text((await through(get('http://registry.example:81/c'))).body), 'http://registry.example:81/c')
  await withServer(echoing, async ({ url }) => { assert.is((await through(get(url))).status, 200) })
  for (const host of ['internal.example', 'x.corp']) await errorOf(through(get(`http://${host}/`)))
  assert.equal(proxy.requests, ['GET http://registry.example/a?b user:p@ss', 'GET http://registry.example:81/c user:p@ss'])
  await proxy.close()
})

test('the process has its environment back', async () => {
  const own = process.env
  const proxied = createHttp({ environment: { HTTP_PROXY: `http://${await closedPort()}` } })
  await errorOf(proxied({ method: 'GET', url: 'http://registry.example/' }))
  assert.is(process.env, own)
  assert.ok(process.env['PATH'])
})

test('a proxy that cannot be used is named, without its password', async () => {
  const host = await closedPort()
  const proxied = createHttp({ environment: { HTTPS_PROXY: `http://user:hunter2@${host}` } })
  const error = await errorOf(proxied({ method: 'GET', url: 'https://registry.example/' }))
  assert.is(error.message, `Cannot reach registry.example:443 through the proxy ${host}: the connection is refused`)
  const socks = createHttp({ environment: { ALL_PROXY: 'socks5://user:hunter2@127.0.0.1:1080' } })
  const unknown = await errorOf(socks({ method: 'GET', url: 'https://registry.example/' }))
  assert.is(unknown.message, 'Cannot reach registry.example: proxies of socks5 are not supported')
})

for (const [status, words] of [[403, 'the proxy refuses with 403'], [407, 'the proxy wants another user name and password']] as const) {
  test(`a tunnel that is refused with ${status} is no answer of the server`, async () => {
    const proxy = await startFakeProxy({ refuse: status })
    const proxied = createHttp({ limits, environment: { HTTPS_PROXY: `http://${proxy.host}` } })
    const error = await errorOf(proxied({ method: 'GET', url: 'https://registry.example/' }))
    assert.is(error.message, `Cannot reach registry.example:443 through the proxy ${proxy.host}: ${words}`)
    await proxy.close()
  })
}

needs('openssl')('certificates are checked; SSL_CERT_FILE adds one, also behind a proxy', async () => {
  const [certificate, other] = await Promise.all([tlsCertificate('registry.example'), tlsCertificate('localhost')])
  const listening = await listen(createSecureServer(certificate, (_request, response) => { response.end('hello') }))
  const proxy = await startFakeProxy({ target: listening.host })
  const environment = { HTTPS_PROXY: proxy.url }
  const get = { method: 'GET', url: 'https://registry.example/' } as const
  const untrusted = await errorOf(createHttp({ environment, limits })(get))
  assert.match(untrusted.message, /its certificate is not trusted: it is signed by itself$/)
  assert.match(untrusted.hint ?? '', 'SSL_CERT_FILE')
  assert.not(isAway(untrusted), 'it is there')
  const trusting = createHttp({ environment: { ...environment, SSL_CERT_FILE: certificate.file, NODE_EXTRA_CA_CERTS: other.file }, limits })
  assert.is(await text((await trusting(get)).body), 'hello')
  assert.is(await text((await trusting(get)).body), 'hello')
  const local = await errorOf(trusting({ method: 'GET', url: `https://${listening.host}/` }))
  assert.match(local.message, 'its certificate is for other names')
  assert.equal(proxy.requests, ['CONNECT registry.example:443', 'CONNECT registry.example:443'])
  await Promise.all([listening.close(), proxy.close(), certificate.remove(), other.remove()])
})

needs('openssl')('no variable switches certificates off, behind a proxy neither', async () => {
  const certificate = await tlsCertificate('registry.example')
  const listening = await listen(createSecureServer(certificate, (_request, response) => { response.end('hello') }))
  const proxy = await startFakeProxy({ target: listening.host })
  const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED']
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
  try {
    const http = createHttp({ environment: { ...process.env, HTTPS_PROXY: proxy.url, NO_PROXY: '' }, limits })
    for (const url of ['https://registry.example/', `https://${listening.host}/`]) {
      assert.match((await errorOf(http({ method: 'GET', url }))).message, /its certificate is not trusted: it is signed by itself$/)
    }
  } finally {
    if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
    else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before
    await Promise.all([listening.close(), proxy.close(), certificate.remove()])
  }
})

test('a file of certificates that is none is told', async () => {
  for (const [file, words] of [['/does/not/exist.pem', 'it cannot be read'], ['package.json', 'it holds no certificate in PEM form']] as const) {
    const error = await errorOf(createHttp({ environment: { SSL_CERT_FILE: file } })({ method: 'GET', url: 'https://registry.example/' }))
    assert.is(error.message, `Cannot use the certificates in ${file}: ${words}`)
  }
})

test.run()

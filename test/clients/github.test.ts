import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { inspect } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { GithubAccess } from '../../lib/clients/github/access.ts'
import { createGithub, type Github } from '../../lib/clients/github.ts'
import { githubFailure, saysThat } from '../../lib/clients/github/failure.ts'
import { digestOf } from '../../lib/values/digest.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import { startFakeProxy } from '../support/fake-proxy.ts'
import { listen, type Listening } from '../support/registry/listen.ts'
import { commit, withGithub, writer } from '../testing/support/github-fixture.ts'

const token = 'ghp_a/secret+token=0123456789'

interface Setting {
  readonly github: Github
  readonly waited: number[]
  readonly requests: IncomingMessage[]
}

type Answering = (request: IncomingMessage, response: ServerResponse, count: number) => void

/** GitHub as a test plays it. */
async function withAnswers(answering: Answering, use: (setting: Setting) => Promise<void>, access: Partial<GithubAccess> = {}): Promise<void> {
  const requests: IncomingMessage[] = []
  const server: Listening = await listen(createServer((request, response) => {
    requests.push(request)
    request.resume()
    answering(request, response, requests.length)
  }))
  const waited: number[] = []
  try {
    await use({ waited, requests, github: createGithub({ repository: 'example/gateway', baseUrl: server.url, token, environment: {}, sleep: async wait => { waited.push(wait) }, ...access }) })
  } finally {
    await server.close()
  }
}

function json(response: ServerResponse, status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers }).end(JSON.stringify(value))
}

async function errorOf(promise: Promise<unknown>): Promise<ReleaseError> {
  const error: unknown = await promise.then(() => undefined, (thrown: unknown) => thrown)
  assert.instance(error, ReleaseError)
  return error as ReleaseError
}

const release = { id: 1, tag_name: 'v1.2.3', draft: true, upload_url: 'https://uploads.github.com/x{?name}' }

test('a server that repeats the token does not make us show it', () => withAnswers((_request, response) => {
  const forms = [token, Buffer.from(token).toString('base64'), encodeURIComponent(token)]
  json(response, 422, { message: `no ${forms.join(' ')}\u001B[31m\nred`, errors: [{ message: `not ${token}` }, 'a word', { field: 'tag_name', code: 'invalid' }] })
}, async ({ github }) => {
  const error = await errorOf(github.createDraft('v1.2.3', commit))
  assert.is(error.message, 'Cannot make a draft of the release v1.2.3 of example/gateway: GitHub answers 422, no ... ... ... [31m red; not ...; a word; tag_name invalid')
  assert.ok(saysThat(error, /^tag_name invalid$/))
  assert.not.match(inspect(error, { depth: 9, showHidden: true }), 'secret')
}))

test('what GitHub says is told in one way, with what can be done', async () => {
  const told = async (status: number, message: string, headers: Readonly<Record<string, string>> = {}): Promise<readonly unknown[]> => {
    let result: readonly unknown[] = []
    await withAnswers((_request, response) => { json(response, status, { message }, headers) }, async ({ github, waited, requests }) => {
      const { code, message: text } = await errorOf(github.facts())
      result = [code, text.replace('Cannot look at example/gateway: ', ''), requests.length, waited.filter(wait => wait >= 1000)]
    })
    return result
  }
  assert.equal(await told(401, 'Bad credentials'), ['CREDENTIALS', 'GitHub refuses the token (401, Bad credentials)', 1, []])
  assert.equal(await told(403, 'Resource not accessible'), ['CREDENTIALS', 'GitHub refuses (403, Resource not accessible)', 1, []])
  assert.equal(await told(404, 'Not Found'), ['DESTINATION', 'GitHub answers 404, Not Found', 1, []])
  assert.equal((await told(502, 'Bad Gateway')).slice(0, 3), ['DESTINATION', 'GitHub answers 502, Bad Gateway', 5])
  assert.equal(await told(403, 'You have exceeded a secondary rate limit'), ['DESTINATION', 'GitHub wants to be asked less often (403, You have exceeded a secondary rate limit)', 5, [60_000, 60_000, 60_000, 60_000]])
  assert.equal(await told(429, 'Too many', { 'retry-after': '3' }), ['DESTINATION', 'GitHub wants to be asked less often (429, Too many)', 5, [3000, 3000, 3000, 3000]])
  const reset = String(Math.floor(Date.now() / 1000) + 1800)
  assert.equal((await told(403, 'API rate limit exceeded', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset })).slice(1), ['GitHub wants to be asked less often (403, API rate limit exceeded)', 1, []])
})

test('what creates is sent once, what reads, writes a state or deletes is sent again', async () => {
  const counted = async (act: (github: Github) => Promise<unknown>, status = 500): Promise<number> => {
    let count = 0
    await withAnswers((_request, response) => { json(response, status, { message: 'no' }) }, async ({ github, requests }) => {
      await act(github).catch(() => undefined)
      count = requests.length
    })
    return count
  }
  const wishes = { tag: 'v1.2.3', commit, name: '', notes: '', draft: false, prerelease: false, latest: true }
  assert.is(await counted(github => github.createDraft('v1.2.3', commit)), 1)
  assert.is(await counted(github => github.update(1, wishes)), 5)
  assert.is(await counted(github => github.remove(1)), 5)
  assert.is(await counted(github => github.releases()), 5)
  assert.is(await counted(github => github.removeAsset(1), 404), 1)
})

test('an answer that is cut is none', () => withAnswers((_request, response, count) => {
  if (count > 1) return json(response, 200, [])
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('[{"id": 1', () => { response.destroy() })
}, async ({ github, requests }) => {
  assert.equal(await github.releases(), [])
  assert.is(requests.length, 2)
}))

test('what does not answer as GitHub does is told', async () => {
  for (const body of ['<html><title>Login</title></html>', '{}', '[1]', '[{"id":1}]']) {
    await withAnswers((_request, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end(body) }, async ({ github }) => {
      assert.match((await errorOf(github.releases())).message, /^Cannot read an answer of GitHub: it is not (a list|JSON|a release)$/)
    })
  }
})

test('uploads go to GitHub alone', async () => {
  const to = async (baseUrl: string, uploadUrl: string): Promise<string> => {
    const github = createGithub({ repository: 'example/gateway', baseUrl, token, environment: {}, tries: 1, sleep: async () => undefined })
    const file = { name: 'a', mediaType: 'text/plain', size: 1, open: async function* () { yield Buffer.from('a') } }
    return (await errorOf(github.upload({ id: 1, tag: 'v1.2.3', name: '', notes: '', draft: true, prerelease: false, immutable: false, uploadUrl }, file))).message
  }
  assert.match(await to('https://api.github.com', 'https://uploads.example/x'), /^Cannot upload to uploads\.example: api\.github\.com names it, and it is not a part of it$/)
  assert.match(await to('https://api.github.com', 'http://uploads.github.com/x'), 'is not a part of it')
  assert.match(await to('https://api.nowhere.invalid', 'https://uploads.nowhere.invalid/x'), /^Cannot upload a to example\/gateway: cannot reach uploads\.nowhere\.invalid/)
})

test('nothing is sent without TLS but to this machine', () => {
  const reach = (baseUrl: string): unknown => createGithub({ repository: 'example/gateway', baseUrl, environment: {} })
  for (const wrong of ['http://github.example', 'ftp://github.example', 'nonsense', 'https://a:b@github.example']) assert.throws(() => reach(wrong), (error: ReleaseError) => error.code === 'USAGE' && !error.message.includes('a:b'))
  for (const right of ['https://github.example/api/v3/', 'http://127.0.0.1:1', 'http://api.github.localhost']) reach(right)
})

test('a redirect leads on, and to another host without the token', async () => {
  const elsewhere: (string | undefined)[] = []
  const other = await listen(createServer((request, response) => {
    elsewhere.push(request.headers.authorization)
    response.end('bytes')
  }))
  await withAnswers((request, response) => {
    if (request.url?.includes('assets')) response.writeHead(302, { location: `${other.url}/a?signature=x` }).end()
    else if (request.url === '/repos/example/gateway') response.writeHead(301, { location: '/repositories/1' }).end()
    else json(response, 200, { full_name: 'example/doorway', archived: false }, { date: 'Fri, 15 Jan 2027 08:00:01 GMT' })
  }, async ({ github, requests }) => {
    assert.equal(await github.facts(), { fullName: 'example/doorway', archived: false, clock: 1_800_000_001_000 })
    assert.equal(requests.map(({ headers }) => headers.authorization), [`Bearer ${token}`, `Bearer ${token}`])
    assert.equal([await github.digest({ id: 1, name: 'a', state: 'uploaded', size: 5 }), elsewhere], [digestOf('bytes'), [undefined]])
  })
  await other.close()
})

test('what would be created where it has moved to is not', () => withAnswers((_request, response) => { response.writeHead(307, { location: '/elsewhere' }).end() }, async ({ github, requests }) => {
  assert.match((await errorOf(github.createDraft('v1.2.3', commit))).message, /what is there has another address now$/)
  assert.is(requests.length, 1)
}))

test('a proxy of the environment is used, and never for this machine', async () => {
  const proxy = await startFakeProxy({ refuse: 503 })
  const environment = { HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url }
  const github = createGithub({ repository: 'example/gateway', baseUrl: 'https://github.example/api/v3', token, environment, tries: 1 })
  assert.match((await errorOf(github.facts())).message, /through the proxy/)
  assert.equal(proxy.requests, ['CONNECT github.example:443'])
  await withAnswers((_request, response) => { json(response, 200, []) }, async ({ github: here }) => { assert.equal(await here.releases(), []) }, { environment })
  assert.is(proxy.requests.length, 1)
  await proxy.close()
})

test('a wait ends with the run', async () => {
  const stop = new AbortController()
  await withGithub({}, async fake => {
    fake.break('limit', { times: 10, retryAfter: 100 })
    const github = createGithub({ repository: 'example/gateway', baseUrl: fake.url, token: writer, environment: {}, signal: stop.signal })
    const asked = errorOf(github.releases())
    while (fake.requests[0]?.status !== 403) await new Promise(resolve => { setImmediate(resolve) })
    stop.abort()
    assert.is((await asked).code, 'CANCELLED')
  })
})

test('a file is sent as it is read, with its length, and never held as a whole', () => withGithub({}, async fake => {
  const github = createGithub({ repository: 'example/gateway', baseUrl: fake.url, token: writer, environment: {} })
  const draft = await github.createDraft('v1.2.3', commit)
  const part = Buffer.alloc(1 << 16, 'x')
  const size = part.length * 2048
  let highest = 0
  const before = process.memoryUsage().arrayBuffers
  const asset = await github.upload(draft, { name: 'large', mediaType: 'application/octet-stream', size, open: async function* () {
    for (let count = 0; count < 2048; count += 1) {
      highest = Math.max(highest, process.memoryUsage().arrayBuffers - before)
      yield part
    }
  } })
  assert.equal([asset.size, asset.state], [size, 'uploaded'])
  assert.ok(highest < size / 3, `${highest} bytes at most`)
}))

test('answers are taken as they are meant', () => withAnswers((_request, response) => {
  json(response, 200, [{ ...release, name: null, body: 'a\r\nb' }])
}, async ({ github, requests }) => {
  assert.equal(await github.releases(), [{ id: 1, tag: 'v1.2.3', name: '', notes: 'a\nb', draft: true, prerelease: false, immutable: false, uploadUrl: 'https://uploads.github.com/x' }])
  assert.is(requests[0]?.headers['user-agent'], 'slipway')
  assert.is(githubFailure(new Error('x')), undefined)
}))

test.run()

import { generateKeyPairSync, createSign } from 'node:crypto'
import { connect } from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { digestOf } from '../../lib/values/digest.ts'
import { unless } from '../support/unless.ts'
import { commit, type GithubFixture, reader, withGithub, withoutDescription, writer } from './support/github-fixture.ts'

const path = '/repos/example/gateway'
const other = 'fedcba9876543210fedcba9876543210fedcba98'

async function draft({ ask }: GithubFixture, tag = 'v1.2.3', more: object = {}): Promise<number> {
  const { status, data } = await ask('POST', `${path}/releases`, { token: writer, body: { tag_name: tag, draft: true, ...more } })
  assert.is(status, 201)
  return data.id
}

async function publish({ ask }: GithubFixture, id: number, more: object = {}): Promise<number> {
  return (await ask('PATCH', `${path}/releases/${id}`, { token: writer, body: { draft: false, ...more } })).status
}

test('a draft is seen by those who may write alone, and never by its tag', () => withGithub({}, async github => {
  const id = await draft(github)
  assert.is((await github.upload(id, 'a.txt', 'hello')).status, 201)
  for (const [token, count] of [[writer, 1], [reader, 0], [undefined, 0]] as const) {
    const asking = token === undefined ? {} : { token }
    assert.is((await github.ask('GET', `${path}/releases`, asking)).data.length, count)
    assert.is((await github.ask('GET', `${path}/releases/${id}`, asking)).status, count ? 200 : 404)
    assert.is((await github.ask('GET', `${path}/releases/${id}/assets`, asking)).status, count ? 200 : 404)
    assert.is((await github.ask('GET', `${path}/releases/tags/v1.2.3`, asking)).status, 404)
  }
  assert.equal(await github.witness('example/gateway'), { latest: null, tags: { 'v1.2.3': commit }, releases: [] })
  assert.is(await publish(github, id), 200)
  assert.is((await github.ask('GET', `${path}/releases/tags/v1.2.3`)).data.id, id)
  assert.equal(await github.witness('example/gateway'), {
    latest: 'v1.2.3', tags: { 'v1.2.3': commit },
    releases: [{ tag: 'v1.2.3', name: null, body: null, prerelease: false, immutable: false, assets: [
      { name: 'a.txt', label: '', contentType: 'application/octet-stream', size: 5, digest: digestOf('hello') },
    ] }],
  })
  assert.equal(github.mistakes, [])
}))

test('an asset is downloaded from another origin, by everybody once it is public', () => withGithub({}, async github => {
  const id = await draft(github)
  const { data: asset } = await github.upload(id, 'a.txt', 'hello')
  const page = '/example/gateway/releases/download/v1.2.3/a.txt'
  assert.is((await github.ask('GET', page)).status, 404)
  await publish(github, id)
  const way = await github.ask('GET', page)
  assert.is(way.status, 302)
  const location = way.headers.get('location') ?? ''
  assert.is.not(new URL(location).origin, github.url)
  assert.is((await github.ask('GET', location)).text, 'hello')
  const bytes = await github.ask('GET', `${path}/releases/assets/${asset.id}`, { headers: { accept: 'application/octet-stream' } })
  assert.is((await github.ask('GET', bytes.headers.get('location') ?? '')).text, 'hello')
  assert.equal(github.leaks, [])
  assert.is((await github.ask('GET', location, { token: writer })).status, 400)
  assert.match(github.leaks.join(), /the storage is told who asks/)
  assert.equal(github.mistakes, [])
}))

test('names of assets are changed as GitHub changes them', () => withGithub({}, async github => {
  const id = await draft(github)
  const names = {
    'gateway_1.2.3~rc.1_amd64.deb': 'gateway_1.2.3.rc.1_amd64.deb', 'a b (1).txt': 'a.b.1.txt', '.profile': 'default.profile', 'über.txt': 'uber.txt', 'a..b': 'a.b',
    'c++@x-y_z.tar.gz': 'c++@x-y_z.tar.gz', '日本.zip': 'default.zip', 'end.': 'default.end',
  }
  for (const [given, kept] of Object.entries(names)) assert.is((await github.upload(id, given, given)).data['name'], kept)
  const again = await github.upload(id, 'a b (1).txt', 'other')
  assert.equal([again.status, (again.data['errors'] as { code: string }[])[0]?.code], [422, 'already_exists'])
  assert.equal(github.mistakes, [])
}))

test('what is too large, empty or not said to be anything is refused', () => withGithub({}, async github => {
  const id = await draft(github)
  const raw = (headers: string): Promise<string> => new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(github.url).port), '127.0.0.1')
    socket.once('data', bytes => { resolve(bytes.toString().split('\r\n')[0] ?? ''); socket.destroy() }).once('error', reject)
    socket.write(`POST ${path}/releases/${id}/assets?name=a HTTP/1.1\r\nHost: localhost\r\nAuthorization: token ${writer}\r\n${headers}\r\n\r\n`)
  })
  assert.match(await raw('Content-Type: a/b\r\nContent-Length: 2147483648'), ' 422 ')
  assert.match(await raw('Content-Type: a/b\r\nContent-Length: 0'), ' 400 ')
  assert.match(await raw('Content-Length: 1'), ' 400 ')
  assert.is(github.inside('example/gateway').releases.get(id)?.assets.size, 0)
}))

test('a thousand assets are the most', () => withGithub({}, async github => {
  const id = await draft(github)
  const { data: { id: first } } = await github.upload(id, 'first', 'x')
  const assets = github.inside('example/gateway').releases.get(id)?.assets
  const asset = assets?.get(first)
  if (!assets || !asset) throw new Error('it was just uploaded')
  for (let more = 1; more < 1000; more += 1) assets.set(-more, { ...asset, id: -more, name: `n${more}` })
  assert.is((await github.upload(id, 'one-more', 'x')).status, 422)
  const pages = await github.ask('GET', `${path}/releases/${id}/assets?per_page=100&page=10`, { token: writer })
  assert.is(pages.data.length, 100)
  assert.match(pages.headers.get('link') ?? '', /page=9>; rel="prev"/)
  assert.not.match(pages.headers.get('link') ?? '', 'next')
}))

test('lists come in pages', () => withGithub({}, async github => {
  for (let number = 0; number < 5; number += 1) await draft(github, `v0.0.${number}`)
  const first = await github.ask('GET', `${path}/releases?per_page=2`, { token: writer })
  assert.equal(first.data.map(one => one['tag_name']), ['v0.0.4', 'v0.0.3'])
  const [, next = ''] = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '') ?? []
  assert.equal((await github.ask('GET', next, { token: writer })).data.map(one => one['tag_name']), ['v0.0.2', 'v0.0.1'])
  assert.equal((await github.ask('GET', `${path}/releases?per_page=2&page=3`, { token: writer })).data.map(one => one['tag_name']), ['v0.0.0'])
}))

test('a broken upload leaves a starter, which takes the name until it is deleted', () => withGithub({}, async github => {
  const id = await draft(github)
  github.break('error')
  assert.is((await github.upload(id, 'a', 'hello')).status, 502)
  github.break('torn')
  await github.upload(id, 'b', 'hello').then(() => assert.unreachable(), () => undefined)
  assert.is((await github.upload(id, 'a', 'hello')).status, 422)
  const { data: left } = await github.ask('GET', `${path}/releases/${id}/assets`, { token: writer })
  assert.equal(left.map(({ name, state, size }) => [name, state, size]), [['a', 'starter', 0], ['b', 'starter', 0]])
  for (const { id: asset } of left) assert.is((await github.ask('DELETE', `${path}/releases/assets/${asset}`, { token: writer })).status, 204)
  assert.is((await github.upload(id, 'a', 'hello')).status, 201)
  assert.equal(github.mistakes, [])
}))

test('a request fails in the way it was told to, at the one it was told', () => withGithub({}, async github => {
  const create = (): Promise<number | string> => github.ask('POST', `${path}/releases`, { token: writer, body: { tag_name: 'v1.2.3', draft: true } })
    .then(({ status }) => status, () => 'cut')
  const drafts = (): number => github.inside('example/gateway').releases.size
  const tried = async (...[fault, options]: Parameters<GithubFixture['break']>): Promise<readonly [number | string, number]> => {
    const before = drafts()
    github.break(fault, options)
    return [await create(), drafts() - before]
  }
  assert.equal(await tried('error'), [500, 0])
  assert.equal(await tried('cut'), ['cut', 0])
  assert.equal(await tried('lost'), ['cut', 1])
  assert.equal(await tried('slow'), [201, 1])
  assert.equal(await tried('limit'), [403, 0])
  assert.equal(await tried('limit', { status: 429 }), [429, 0])
  github.break('error', { at: 2, times: 2 })
  assert.equal([await create(), await create(), await create(), await create()], [201, 500, 500, 201])
  github.break('limit', { retryAfter: 7 })
  const limited = await github.ask('GET', path)
  assert.equal([limited.status, limited.headers.get('retry-after')], [403, '7'])
  assert.match(limited.data.message, /secondary rate limit/)
}))

test('a published release of a repository with immutable releases is frozen, and its tag is used up', () => withGithub({ repository: { immutable: true } }, async github => {
  const id = await draft(github)
  const { data: asset } = await github.upload(id, 'a', 'x')
  assert.is(await publish(github, id), 200)
  const edit = (body: object): Promise<number> => github.ask('PATCH', `${path}/releases/${id}`, { token: writer, body }).then(({ status }) => status)
  assert.is((await github.upload(id, 'b', 'x')).status, 422)
  assert.is((await github.ask('DELETE', `${path}/releases/assets/${asset.id}`, { token: writer })).status, 422)
  assert.is((await github.ask('DELETE', `${path}/git/refs/tags/v1.2.3`, { token: writer })).status, 422)
  assert.equal([await edit({ tag_name: 'v1.2.4' }), await edit({ draft: true }), await edit({ body: 'corrected' })], [422, 422, 200])
  assert.is((await github.ask('DELETE', `${path}/releases/${id}`, { token: writer })).status, 204)
  const second = await draft(github)
  const { status, data } = await github.ask('PATCH', `${path}/releases/${second}`, { token: writer, body: { draft: false } })
  assert.equal([status, (data['errors'] as { message: string }[])[0]?.message], [422, 'tag_name was used by an immutable release'])
  assert.equal(github.mistakes, [])
}))

test('the latest is what was said to be, else the newest by date and then by version', () => withGithub({
  repository: { tags: { 'v1.2.3': commit, 'v1.10.0': commit, 'v1.9.0': commit, 'v2.0.0-rc.1': commit, 'v0.9.0': other }, dates: { [other]: '2027-01-01T00:00:00Z' } },
}, async github => {
  const latest = async (): Promise<unknown> => (await github.ask('GET', `${path}/releases/latest`)).data['tag_name']
  const made = async (tag: string, more: object): Promise<number> => {
    const id = await draft(github, tag)
    assert.is(await publish(github, id, more), 200)
    return id
  }
  assert.is((await github.ask('GET', `${path}/releases/latest`)).status, 404)
  await made('v1.10.0', { make_latest: 'legacy' })
  await made('v1.9.0', { make_latest: 'legacy' })
  assert.is(await latest(), 'v1.10.0')
  await made('v2.0.0-rc.1', { prerelease: true, make_latest: 'false' })
  assert.is(await latest(), 'v1.10.0')
  const id = await made('v1.2.3', {})
  assert.is(await latest(), 'v1.2.3')
  await github.ask('DELETE', `${path}/releases/${id}`, { token: writer })
  await made('v0.9.0', { make_latest: 'legacy' })
  assert.is(await latest(), 'v0.9.0')
  assert.is(await publish(github, await draft(github, 'v1.2.4'), { prerelease: true, make_latest: 'true' }), 422)
}))

test('a tag that is not there is made where the release stands, and one release has it', () => withGithub({}, async github => {
  assert.is((await github.ask('GET', `${path}/git/ref/tags/v2.0.0`)).status, 404)
  await publish(github, await draft(github, 'v2.0.0', { target_commitish: 'main' }))
  assert.is(((await github.ask('GET', `${path}/git/ref/tags/v2.0.0`)).data['object'] as { sha: string }).sha, commit)
  assert.is(await publish(github, await draft(github, 'v2.0.0')), 422)
  assert.is(await publish(github, await draft(github, 'v3.0.0', { target_commitish: 'nowhere' })), 422)
}))

test('git is known as far as a release needs it', () => withGithub({ repository: { annotated: ['v1.2.3'] } }, async github => {
  const { data: { object } } = await github.ask('GET', `${path}/git/ref/tags/v1.2.3`)
  const { type, sha } = object as { type: string, sha: string }
  assert.is(type, 'tag')
  const { data } = await github.ask('GET', `${path}/git/tags/${sha}`)
  assert.equal((data['object'] as { sha: string }).sha, commit)
  assert.is((await github.ask('GET', `${path}/commits/v1.2.3`)).data['sha'], commit)
  assert.is((await github.ask('GET', `${path}/branches/main`)).status, 200)
  assert.is((await github.ask('POST', `${path}/git/refs`, { token: writer, body: { ref: 'refs/tags/api/v1', sha: commit } })).status, 201)
  assert.equal((await github.ask('GET', `${path}/git/matching-refs/tags/`)).data.map(one => one['ref']), ['refs/tags/api/v1', 'refs/tags/v1.2.3'])
  assert.is((await github.ask('DELETE', `${path}/git/refs/tags/api/v1`, { token: writer })).status, 204)
  assert.equal(github.mistakes, [])
}))

test('each kind of token is told no in its own way', () => withGithub({
  tokens: {
    classic: { may: { 'example/gateway': 'read' } }, fine: { kind: 'fine-grained', owner: 'admin', may: { 'example/gateway': 'read' } },
    job: { kind: 'installation', may: { 'example/gateway': 'write' } }, late: { may: { 'example/gateway': 'write' }, expires: 1 },
  },
}, async github => {
  const create = (token?: string): Promise<number> => github.ask('POST', `${path}/releases/generate-notes`, { ...token === undefined ? {} : { token }, body: { tag_name: 'v1.2.3' } }).then(({ status }) => status)
  assert.equal([await create('classic'), await create('fine'), await create('job'), await create('late'), await create('nonsense'), await create()], [404, 403, 200, 401, 401, 401])
  const push = async (token: string): Promise<unknown> => ((await github.ask('GET', path, { token })).data['permissions'] as { push: boolean }).push
  assert.equal([await push('classic'), await push('fine'), await push('job')], [false, true, false])
}))

test('a private repository is not there for others, an archived one is not written, a renamed one leads on', async () => {
  await withGithub({ repository: { private: true }, tokens: { none: { may: {} }, [writer]: { may: { 'example/gateway': 'write' } } } }, async ({ ask, witness }) => {
    assert.equal([(await ask('GET', path)).status, (await ask('GET', path, { token: 'none' })).status, (await ask('GET', path, { token: writer })).status], [404, 404, 200])
    assert.equal((await witness('example/gateway')).releases, [])
  })
  await withGithub({ repository: { archived: true, formerly: ['example/doorway'] } }, async ({ ask, url }) => {
    assert.is((await ask('POST', `${path}/releases`, { token: writer, body: { tag_name: 'x' } })).status, 403)
    const moved = await ask('GET', '/repos/example/doorway/releases?page=1')
    assert.equal([moved.status, moved.headers.get('location')], [301, `${url}/repos/example/gateway/releases?page=1`])
  })
})

test('who asks too often waits for the hour to end', () => withGithub({ hourly: 3, now: () => 1_800_000_001_000 }, async github => {
  const statuses: number[] = []
  for (let count = 0; count < 4; count += 1) statuses.push((await github.ask('GET', path, { token: writer })).status)
  assert.equal(statuses, [200, 200, 200, 403])
  const { headers } = await github.ask('GET', path, { token: writer })
  assert.equal([headers.get('x-ratelimit-remaining'), headers.get('x-ratelimit-reset'), headers.get('date')], ['0', '1800003600', 'Fri, 15 Jan 2027 08:00:01 GMT'])
  assert.is((await github.ask('GET', path)).status, 200)
}))

test('what has not changed is not sent again', () => withGithub({}, async github => {
  const etag = (await github.ask('GET', path)).headers.get('etag') ?? ''
  assert.is((await github.ask('GET', path, { headers: { 'if-none-match': etag } })).status, 304)
}))

test('an app signs for itself and gets a token for an hour', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const now = 1_800_000_000_000
  const jwt = (claims: object): string => {
    const text = [{ alg: 'RS256', typ: 'JWT' }, claims].map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
    return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`
  }
  const app = { publicKey: publicKey.export({ type: 'spki', format: 'pem' }) as string, installation: 77, may: { 'example/gateway': 'write' as const } }
  return withGithub({ apps: { '4711': app }, now: () => now }, async github => {
    const claims = { iss: '4711', iat: now / 1000 - 30, exp: now / 1000 + 500 }
    const token = jwt(claims)
    assert.is((await github.ask('GET', `${path}/installation`, { token })).data.id, 77)
    const made = await github.ask('POST', '/app/installations/77/access_tokens', { token, body: { repositories: ['gateway'], permissions: { contents: 'write' } } })
    assert.equal([made.status, made.data['expires_at']], [201, '2027-01-15T09:00:00Z'])
    const given = String(made.data['token'])
    assert.is((await github.ask('POST', `${path}/releases`, { token: given, body: { tag_name: 'v1.2.3' } })).status, 201)
    assert.is((await github.ask('GET', '/installation/repositories', { token: given })).data['total_count'], 1)
    for (const wrong of [jwt({ ...claims, exp: now / 1000 - 1 }), jwt({ ...claims, exp: now / 1000 + 5000 }), jwt({ ...claims, iat: now / 1000 + 300 }), jwt({ ...claims, iss: '1' }), `${token}x`]) {
      assert.is((await github.ask('GET', `${path}/installation`, { token: wrong })).status, 401)
    }
    assert.equal(github.mistakes, [])
  })
})

test('below /api/v3 it is a GitHub Enterprise Server', () => withGithub({ digests: false }, async github => {
  const { data } = await github.ask('POST', `/api/v3${path}/releases`, { token: writer, body: { tag_name: 'v1.2.3' } })
  assert.is(data['url'], `${github.url}/api/v3${path}/releases/${data.id}`)
  assert.is(data['upload_url'], `${github.url}/api/uploads${path}/releases/${data.id}/assets{?name,label}`)
  const asset = await github.ask('POST', `${String(data['upload_url']).replace(/\{.*/, '')}?name=a`, { token: writer, body: 'x', headers: { 'content-type': 'text/plain' } })
  assert.equal([asset.status, asset.data['digest']], [201, null])
}))

test('a token in an address or in another header is noticed', () => withGithub({}, async github => {
  await github.ask('GET', `${path}/releases?access_token=${writer}`)
  await github.ask('GET', path, { headers: { 'x-token': writer } })
  await github.ask('GET', path, { token: writer })
  assert.equal(github.leaks, [`GET ${path}/releases: its address holds a token`, `GET ${path}: x-token holds a token`])
  assert.not.match(JSON.stringify(github.requests.slice(1)), writer)
}))

test('each request is told before and after it is carried out', async () => {
  const told: string[] = []
  await withGithub({ watch: (moment, { number, line }) => { told.push(`${moment} ${number} ${line}`) } }, async ({ ask }) => {
    await ask('GET', path)
    await ask('GET', '/user', { token: reader })
  })
  assert.equal(told, [`before 1 GET ${path}`, `after 1 GET ${path}`, 'before 2 GET /user', 'after 2 GET /user'])
})

unless(withoutDescription)('what is not as GitHub describes it is noticed', () => withGithub({}, async github => {
  await github.ask('POST', `${path}/releases`, { token: writer, body: { tag_name: 'v1.2.3', draft: true, colour: 'blue', prerelease: 'no' } })
  await github.ask('GET', `${path}/releases?per_page=1&colour=blue`)
  assert.equal(github.mistakes, [
    'POST /repos/{owner}/{repo}/releases 201: the request.prerelease: it is no boolean',
    'POST /repos/{owner}/{repo}/releases 201: the request.colour: it is not known',
    'POST /repos/{owner}/{repo}/releases 201: the answer.prerelease: it is no boolean',
    'GET /repos/{owner}/{repo}/releases 200: the request has colour, which is not known',
  ])
}))

test.run()

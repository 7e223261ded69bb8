import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openEngine, type Engine } from '../../lib/clients/docker-engine.ts'
import { engineHosts } from '../../lib/clients/docker-engine/engine-hosts.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import { writeTree } from '../support/file-tree.ts'

interface Context {
  home: string
  servers: Server[]
}

const test = suite<Context>('docker-engine-hosts')

test.before.each(async context => {
  context.home = await mkdtemp(join(tmpdir(), 'home-'))
  context.servers = []
})
test.after.each(async ({ home, servers }) => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
  await rm(home, { recursive: true, force: true })
})

const hex = (name: string): string => createHash('sha256').update(name).digest('hex')
const hostsOf = async (environment: Readonly<Record<string, string>>, platform: NodeJS.Platform = 'linux'): Promise<readonly string[]> =>
  (await engineHosts(environment, platform)).map(({ host, from }) => `${host}${from === undefined ? '' : ` from ${from}`}`)

async function errorOf(promise: Promise<unknown>): Promise<ReleaseError> {
  const error: unknown = await promise.then(() => undefined, (thrown: unknown) => thrown)
  assert.instance(error, ReleaseError)
  return error as ReleaseError
}

/** An Engine that answers as it is told, on a socket in the home. */
async function fakeEngine({ home, servers }: Context, answer: RequestListener, name = 'docker.sock'): Promise<string> {
  const server = createServer((request, response) => {
    request.resume()
    if (request.url === '/_ping') response.end('OK')
    else if (request.url === '/version') response.end(JSON.stringify({ Version: '19.03.1', ApiVersion: '1.39', Os: 'linux', Arch: 'amd64' }))
    else answer(request, response)
  })
  servers.push(server.listen(join(home, name)))
  await once(server, 'listening')
  return `unix://${join(home, name)}`
}

const open = (host: string, environment: Readonly<Record<string, string>> = {}): Promise<Engine> =>
  openEngine({ environment: { ...environment, DOCKER_HOST: host }, signal: new AbortController().signal })

test('DOCKER_HOST goes first, then the context that is named, then the current one', async ({ home }) => {
  await writeTree(home, {
    '.docker/config.json': JSON.stringify({ currentContext: 'colima' }),
    [`.docker/contexts/meta/${hex('colima')}/meta.json`]: JSON.stringify({ Name: 'colima', Endpoints: { docker: { Host: 'unix:///colima.sock' } } }),
    [`.docker/contexts/meta/${hex('far')}/meta.json`]: JSON.stringify({ Name: 'far', Endpoints: { docker: { Host: 'tcp://far:2376' } } }),
    [`.docker/contexts/tls/${hex('far')}/docker/ca.pem`]: 'a certificate',
  })
  assert.equal(await hostsOf({ HOME: home }), ['unix:///colima.sock from the context colima'])
  assert.equal(await hostsOf({ HOME: home, DOCKER_CONTEXT: 'far' }), ['tcp://far:2376 from the context far'])
  assert.equal((await engineHosts({ HOME: home, DOCKER_CONTEXT: 'far' }, 'linux'))[0]?.tls, { ca: 'a certificate' })
  assert.equal(await hostsOf({ HOME: home, DOCKER_CONTEXT: 'far', DOCKER_HOST: '127.0.0.1:2375' }), ['tcp://127.0.0.1:2375 from DOCKER_HOST'])
  assert.equal((await hostsOf({ HOME: home, DOCKER_CONTEXT: 'default', XDG_RUNTIME_DIR: '/run/user/7' })).slice(0, 3),
    ['unix:///var/run/docker.sock', 'unix:///run/user/7/docker.sock', `unix://${home}/.docker/run/docker.sock`])
  assert.equal(await hostsOf({ HOME: home, DOCKER_CONFIG: join(home, 'none') }, 'win32'), ['npipe:////./pipe/docker_engine'])
})

test('certificates are those of DOCKER_CERT_PATH, where TLS is asked for', async ({ home }) => {
  await writeTree(home, { 'certs/ca.pem': 'ca', 'certs/cert.pem': 'cert', 'certs/key.pem': 'key' })
  const environment = { HOME: home, DOCKER_HOST: 'tcp://far:2376', DOCKER_CERT_PATH: join(home, 'certs') }
  assert.is((await engineHosts(environment, 'linux'))[0]?.tls, undefined)
  assert.equal((await engineHosts({ ...environment, DOCKER_TLS_VERIFY: '1' }, 'linux'))[0]?.tls, { ca: 'ca', cert: 'cert', key: 'key' })
})

test('a context that is not there is an error', async ({ home }) => {
  assert.match((await errorOf(hostsOf({ HOME: home, DOCKER_CONTEXT: 'lost' }))).message, /^Cannot find the Docker Engine: the context lost does not exist$/)
  await writeTree(home, { '.docker/config.json': '{', [`.docker/contexts/meta/${hex('empty')}/meta.json`]: '{}' })
  assert.match((await errorOf(hostsOf({ HOME: home }))).message, /config\.json is no JSON$/)
  assert.match((await errorOf(hostsOf({ HOME: home, DOCKER_CONTEXT: 'empty' }))).message, /the context empty names no host$/)
})

test('where no Engine answers, all that was tried is told, and what to do without', async ({ home }) => {
  const cases: readonly (readonly [host: string, why: RegExp])[] = [
    [`unix://${home}/none.sock`, /: there is no such socket$/],
    ['tcp://127.0.0.1:1', /: nothing listens there$/],
    ['ssh://me@far', /: ssh is not supported: forward the socket with ssh -nNT -L /],
    ['gopher://far', /: it is no unix:\/\/, npipe:\/\/ or tcp:\/\/ address$/],
    ['tcp://', /: it names no host$/],
  ]
  for (const [host, why] of cases) {
    const error = await errorOf(open(host, { HOME: home }))
    assert.is(error.code, 'DOCKER')
    assert.is(error.message, 'Cannot reach a Docker Engine: none answers')
    assert.ok(error.output?.startsWith(`Tried:\n  ${host} (DOCKER_HOST): `))
    assert.match(error.output ?? '', why)
    assert.match(error.hint ?? '', /OCI layouts and registries need none/)
  }
})

test('what an Engine refuses is told in its own words', async context => {
  const host = await fakeEngine(context, (request, response) => {
    response.statusCode = request.url?.includes('nothing') ? 404 : 500
    response.end(JSON.stringify({ message: request.url?.includes('nothing') ? 'No such image: nothing' : 'the disk is full' }))
  })
  const engine = await open(host)
  assert.equal(await engine.inspect('nothing'), undefined)
  await engine.remove('nothing')
  const error = await errorOf(engine.inspect('image'))
  assert.is(error.message, `Cannot look at image with the Docker Engine at ${host}: the disk is full`)
  assert.match((await errorOf(engine.load((async function* () { yield Buffer.from('x') })()))).message, /^Cannot load an image with .*: the disk is full$/)
})

test('each request has a connection of its own: one that is kept may just be closing', async context => {
  const connections: Socket[] = []
  const host = await fakeEngine(context, (_, response) => { response.end('{}') })
  context.servers[0]?.on('connection', socket => { connections.push(socket) })
  const engine = await open(host)
  await engine.version()
  await engine.remove('one')
  await engine.remove('other')
  assert.is(connections.length, 4)
})

test('what was loaded is told by name, or by id where there is none', async context => {
  const lines = [{ status: 'Loading layer' }, { stream: 'Loaded image: example/app:1\n' }, { stream: `Loaded image ID: sha256:${'a'.repeat(64)}\n` }]
  const host = await fakeEngine(context, (_, response) => { response.end(lines.map(line => `${JSON.stringify(line)}\r\n`).join('')) })
  assert.equal(await (await open(host)).load((async function* () {})()), ['example/app:1', `sha256:${'a'.repeat(64)}`])
  const failing = await fakeEngine(context, (_, response) => { response.end('{"errorDetail":{"message":"bad tar"},"error":"bad tar"}') }, 'failing.sock')
  assert.match((await errorOf((await open(failing)).load((async function* () {})()))).message, /: bad tar$/)
})

test('an archive that cannot be read to its end is the error, not what the Engine makes of it', async context => {
  const host = await fakeEngine(context, () => {})
  const broken = new ReleaseError('Cannot read a layer: it is missing', { code: 'CONTENT' })
  const error = await errorOf((await open(host)).load((async function* () { yield Buffer.from('x'); throw broken })()))
  assert.is(error, broken)
})

test('an Engine without BuildKit builds with the classic builder', async context => {
  const asked: string[] = []
  const host = await fakeEngine(context, (request, response) => {
    asked.push(request.url ?? '')
    if (request.url?.startsWith('/build')) response.end('{"stream":"Step 1/1 : FROM scratch\\n"}\n{"aux":{"ID":"sha256:b"}}\n{"stream":"Successfully built b\\n"}\n')
    else response.end(JSON.stringify({ Id: 'sha256:b', Os: 'linux', Architecture: 'arm', Variant: 'v7', RootFS: { Layers: [] } }))
  })
  const heard: string[] = []
  const id = await (await open(host)).build({ context: async function* () {}, dockerfile: 'a/Dockerfile', buildArgs: { A: 'b c' }, target: 't' }, line => heard.push(line))
  assert.is(id, 'sha256:b')
  assert.equal(heard, ['Step 1/1 : FROM scratch', 'Successfully built b'])
  const query = new URL(asked[0] ?? '', 'http://x').searchParams
  assert.equal([query.get('version'), query.get('dockerfile'), query.get('buildargs'), query.get('target')], ['1', 'a/Dockerfile', '{"A":"b c"}', 't'])
  assert.is(asked[1], '/images/sha256:b/json')
})

test.run()

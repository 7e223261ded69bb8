import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openCache, type CacheFolder } from '../../../lib/clients/cache-folder.ts'
import { fetchChartDependency, reachChartDependency, readChartNow } from '../../../lib/clients/chart/fetch.ts'
import type { LockedRemoteChart, RemoteChart } from '../../../lib/clients/chart/dependencies.ts'
import { lockCharts } from '../../../lib/clients/chart/lock.ts'
import { chartMediaTypes } from '../../../lib/formats/chart/media-types.ts'
import { packChart } from '../../../lib/formats/chart/pack.ts'
import type { LockedChart } from '../../../lib/formats/lock-file.ts'
import { digestOf } from '../../../lib/values/digest.ts'
import { Skip } from '../../../lib/values/skip.ts'
import { helmPrints, helms } from '../../formats/chart/support/helm.ts'
import { chart } from '../../formats/chart/support/sample-charts.ts'
import { collect } from '../../formats/support/collect.ts'
import { rejection } from '../../formats/support/rejection.ts'
import { startFakeRegistry } from '../../support/fake-registry.ts'
import { writeTree } from '../../support/file-tree.ts'
import { realRegistries } from '../../support/real-registries.ts'
import { addBlob, addManifest } from '../../support/sample-base.ts'
import { unless } from '../../support/unless.ts'
import { startChartRepository, type ChartRepository } from '../support/chart-repository.ts'

interface Context {
  folder: string
  cache: CacheFolder
  repository: ChartRepository
  /** Closes it after the test, however that ends. */
  closing<T extends { close(): Promise<void> }>(server: T): T
}

const test = suite<Context>('fetchChartDependency')

const open = new Set<{ close(): Promise<void> }>()

test.before.each(async context => {
  const folder = await mkdtemp(join(tmpdir(), 'fetch-'))
  Object.assign(context, { folder, cache: await openCache(join(folder, 'cache')), repository: await startChartRepository() })
  context.closing = server => {
    open.add(server)
    return server
  }
})
test.after.each(async ({ folder, repository }) => {
  for (const server of open) await server.close()
  open.clear()
  await repository.close()
  await rm(folder, { recursive: true, force: true })
})

const exec = async (): Promise<never> => { throw new Error('nothing is to be run') }
const access = { environment: {}, exec, tries: 1 }
const packed = async (text = 'a', name = 'common', version = '1.2.3'): Promise<Buffer> =>
  collect(packChart(chart({ 'Chart.yaml': `apiVersion: v2\nname: ${name}\nversion: ${version}\n`, text }), { name, date: '2026-11-21T00:00:00Z' }))
const pin = (bytes: Uint8Array, url?: string): LockedChart => ({ digest: digestOf(bytes), size: bytes.length, ...url !== undefined && { url } })
const remote = (repository: string, version = '1.2.3'): RemoteChart => ({ name: 'common', version, repository, key: `${repository}/common@${version}` })
const locked = (repository: string, own: LockedChart): LockedRemoteChart => ({ ...remote(repository), path: 'charts/common-1.2.3.tgz', ...own })
const index = (url: string, digest?: string): string => `apiVersion: v1\nentries:\n  common:\n  - name: common\n    version: 1.2.3\n${digest === undefined ? '' : `    digest: ${digest}\n`}    urls: ["${url}"]\n`
const skipOf = async (promise: Promise<unknown>): Promise<Skip> => {
  const error: unknown = await promise.catch((thrown: unknown) => thrown)
  assert.instance(error, Skip, String(error))
  return error as Skip
}

test('a classic repository: what is pinned of it, then fetched, then had without it', async ({ repository, cache: { content } }) => {
  const bytes = await packed()
  repository.files.set('index.yaml', index('charts/common-1.2.3.tgz', digestOf(bytes).slice(7))).set('charts/common-1.2.3.tgz', bytes)
  const own = await readChartNow(remote(repository.url), access)
  assert.equal(own, pin(bytes, `${repository.url}/charts/common-1.2.3.tgz`))
  const one = locked(repository.url, own)
  await reachChartDependency(one, access)
  repository.requests.length = 0
  const descriptor = await fetchChartDependency(one, { ...access, content })
  assert.equal(descriptor, { mediaType: chartMediaTypes.content, digest: digestOf(bytes), size: bytes.length })
  assert.ok((await collect(content.open(descriptor))).equals(bytes))
  assert.equal(repository.requests.map(({ path }) => path), ['charts/common-1.2.3.tgz'], 'the index is not read again')
  await repository.close()
  assert.equal(await fetchChartDependency(one, { ...access, content }), descriptor)
})

test('other bytes than those pinned are refused with both digests, and are not kept', async ({ repository, cache: { content } }) => {
  const [before, now] = [await packed('a'), await packed('b')]
  repository.files.set('x.tgz', now)
  const one = locked(repository.url, pin(before, `${repository.url}/x.tgz`))
  const { message, code, hint } = await rejection(fetchChartDependency(one, { ...access, content }))
  assert.is(message, `Cannot use ${one.key}: it is ${digestOf(now)}, and slipway.lock pins ${digestOf(before)}`)
  assert.equal([code, hint], ['CONTENT', 'Ask who published it why it changed; to take it even so: npx tsx build.ts lock --update'])
  assert.not.ok(await content.has({ mediaType: chartMediaTypes.content, ...pin(now) }))
})

test('a repository that is away is left out, once and for a plan; one that has lost it is a failure', async ({ repository, cache: { content } }) => {
  const bytes = await packed()
  const away = locked('http://127.0.0.1:1', pin(bytes, 'http://127.0.0.1:1/x.tgz'))
  assert.match((await skipOf(fetchChartDependency(away, { ...access, content }))).message, /^cannot fetch http:\/\/127\.0\.0\.1:1\/common@1\.2\.3: cannot reach 127\.0\.0\.1:1/)
  await skipOf(reachChartDependency(away, access))
  const oci = locked('oci://127.0.0.1:1/charts', pin(bytes))
  await skipOf(fetchChartDependency(oci, { ...access, content }))
  await skipOf(reachChartDependency(oci, access))
  repository.instead = (_, response) => { response.writeHead(503).end(); return true }
  await skipOf(fetchChartDependency(locked(repository.url, pin(bytes, `${repository.url}/x.tgz`)), { ...access, content }))
  delete repository.instead
  assert.match((await rejection(fetchChartDependency(locked(repository.url, pin(bytes, `${repository.url}/x.tgz`)), { ...access, content }))).message, /it answers 404/)
})

test('a server that only gives packages away, and tells nothing about them, is reached', async ({ repository }) => {
  const one = locked(repository.url, pin(await packed(), `${repository.url}/x.tgz`))
  for (const status of [403, 405]) {
    repository.instead = (_, response) => { response.writeHead(status).end(); return true }
    await reachChartDependency(one, access)
  }
  delete repository.instead
  assert.match((await rejection(reachChartDependency(one, access))).message, /it answers 404/)
})

test('a connection that is cut is tried again', async ({ repository, cache: { content } }) => {
  const bytes = await packed()
  let cuts = 0
  repository.instead = (_, response) => {
    if (cuts++ > 0) return false
    response.writeHead(200, { 'content-length': bytes.length }).write(bytes.subarray(0, 10), () => { response.destroy() })
    return true
  }
  repository.files.set('x.tgz', bytes)
  await fetchChartDependency(locked(repository.url, pin(bytes, `${repository.url}/x.tgz`)), { ...access, tries: 2, content })
  assert.is(repository.requests.length, 2)
})

test('what the cache holds damaged is fetched again', async ({ folder, repository, cache: { content } }) => {
  const bytes = await packed()
  repository.files.set('x.tgz', bytes)
  const one = locked(repository.url, pin(bytes, `${repository.url}/x.tgz`))
  const descriptor = await fetchChartDependency(one, { ...access, content })
  const file = join(folder, 'cache', 'blobs', 'sha256', descriptor.digest.slice(7))
  await chmod(file, 0o644)
  await writeFile(file, Buffer.alloc(bytes.length))
  assert.ok((await collect(content.open(await fetchChartDependency(one, { ...access, content })))).equals(bytes))
})

test('the credential goes to the repository and to nobody else', async ({ repository, closing }) => {
  const bytes = await packed()
  const elsewhere = closing(await startChartRepository())
  elsewhere.files.set('x.tgz', bytes)
  repository.files.set('index.yaml', index(`${elsewhere.url}/x.tgz`))
  const variable = `SLIPWAY_REGISTRY_127_0_0_1_${new URL(repository.url).port}`
  const environment = { [`${variable}_USERNAME`]: 'robot', [`${variable}_PASSWORD`]: 'sesame' }
  await readChartNow(remote(repository.url), { ...access, environment })
  assert.is(repository.requests[0]?.authorization, `Basic ${Buffer.from('robot:sesame').toString('base64')}`)
  assert.is(elsewhere.requests[0]?.authorization, undefined)
  repository.instead = (_, response) => { response.writeHead(401).end('sesame?'); return true }
  const { message, code } = await rejection(readChartNow(remote(repository.url), { ...access, environment }))
  assert.is(code, 'CREDENTIALS')
  assert.match(message, new RegExp(`refuses the credential from ${variable}_PASSWORD`))
  assert.not.match(message, /sesame/)
})

const wrong: readonly (readonly [name: string, files: (bytes: Buffer) => Promise<Readonly<Record<string, string | Uint8Array>>>, why: RegExp])[] = [
  ['an index that names another digest', async () => ({ 'index.yaml': index('x.tgz', 'a'.repeat(64)), 'x.tgz': await packed() }), /: it is sha256:\w+, and the index of its repository names sha256:a{64}$/],
  ['a package of another chart', async () => ({ 'index.yaml': index('x.tgz'), 'x.tgz': await packed('a', 'other', '2.0.0') }), /: its package is other 2\.0\.0$/],
  ['a page in the place of a package', async () => ({ 'index.yaml': index('x.tgz'), 'x.tgz': '<html>' }), /: what was fetched is no package of a chart$/],
  ['a package that is no chart', async () => ({ 'index.yaml': index('x.tgz'), 'x.tgz': gzipSync(Buffer.alloc(1024)) }), /: it has no files$/],
  ['a version that is not there', async () => ({ 'index.yaml': index('x.tgz').replace('1.2.3', '1.2.4') }), /: its index has no such version$/],
  ['no index', async () => ({}), /^Cannot read the index of http:.*: it answers 404/],
  ['a package that is asked for without TLS', async () => ({ 'index.yaml': index('http://charts.example/x.tgz') }), /: charts\.example would be asked without TLS$/],
  ['a URL that is none', async () => ({ 'index.yaml': index('ftp://charts.example/x.tgz') }), /: its address is no https URL$/],
]
for (const [name, files, why] of wrong) {
  test(`nothing is pinned: ${name}`, async ({ repository }) => {
    for (const [path, content] of Object.entries(await files(Buffer.alloc(0)))) repository.files.set(path, content)
    const { message, hint } = await rejection(readChartNow(remote(repository.url), access))
    assert.match(message, why)
    assert.ok(hint)
  })
}

test('a registry: what is gone there is told by what is there now', async ({ folder, cache: { content }, closing }) => {
  const fake = closing(await startFakeRegistry())
  const charts = fake.repository('charts/common')
  const push = (bytes: Uint8Array): string => {
    const made = addManifest(charts, 'application/vnd.oci.image.manifest.v1+json', JSON.stringify({
      schemaVersion: 2, config: addBlob(charts, chartMediaTypes.config, '{}'), layers: [addBlob(charts, chartMediaTypes.content, bytes)],
    }))
    charts.tags.set('1.2.3', made.digest)
    return made.digest
  }
  const [before, now] = [await packed('a'), await packed('b')]
  push(before)
  const repository = `oci://${fake.host}/charts`
  const own = await readChartNow(remote(repository), access)
  assert.equal(own, pin(before))
  push(now)
  await fetchChartDependency(locked(repository, own), { ...access, content })   // the tag moved, what is pinned is still there
  charts.blobs.delete(own.digest)
  const { content: empty } = await openCache(join(folder, 'another'))
  const { message } = await rejection(fetchChartDependency(locked(repository, own), { ...access, content: empty }))
  assert.is(message, `Cannot use ${repository}/common@1.2.3: it is ${digestOf(now)}, and slipway.lock pins ${digestOf(before)}`)
  const image = addManifest(charts, 'application/vnd.oci.image.manifest.v1+json', JSON.stringify({ schemaVersion: 2, config: addBlob(charts, 'application/x', '{}'), layers: [] }))
  charts.tags.set('1.2.3', image.digest)
  assert.match((await rejection(readChartNow(remote(repository), access))).message, /what .*\/charts\/common has there is no chart$/)
})

const real = realRegistries().find(({ reason }) => reason === undefined)
for (const helm of helms) {
  unless(helm.reason ?? (real ? undefined : 'needs a registry, which .ci/tools installs'), test)(`what ${helm.name} pushed to a registry is pinned and fetched, with + in its version`, async ({ folder, cache: { content }, closing }) => {
    const running = closing(await (real as NonNullable<typeof real>).start())
    const bytes = await packed('a', 'common', '1.2.3+four')
    await writeFile(join(folder, 'common.tgz'), bytes)
    await helmPrints(helm, ['push', 'common.tgz', `oci://${running.host}/charts`, '--plain-http'], folder)
    const chartThere = remote(`oci://${running.host}/charts`, '1.2.3+four')
    const own = await readChartNow(chartThere, access)
    assert.equal(own, pin(bytes))
    const descriptor = await fetchChartDependency({ ...chartThere, ...own, path: 'charts/common-1.2.3+four.tgz' }, { ...access, content })
    assert.ok((await collect(content.open(descriptor))).equals(bytes))
  })
}

test('an index whose packages lie in a registry', async ({ repository, cache: { content }, closing }) => {
  const fake = closing(await startFakeRegistry())
  const charts = fake.repository('bits/common')
  const bytes = await packed()
  charts.tags.set('1.2.3', addManifest(charts, 'application/vnd.oci.image.manifest.v1+json', JSON.stringify({
    schemaVersion: 2, config: addBlob(charts, chartMediaTypes.config, '{}'), layers: [addBlob(charts, chartMediaTypes.content, bytes)],
  })).digest)
  repository.files.set('index.yaml', index(`oci://${fake.host}/bits/common:1.2.3`))
  const own = await readChartNow(remote(repository.url), access)
  assert.equal(own, pin(bytes, `oci://${fake.host}/bits/common:1.2.3`))
  await fetchChartDependency(locked(repository.url, own), { ...access, content })
})

test('pinning: what is new, what stays, what changed, what is gone, what failed', async ({ folder, repository }) => {
  const root = join(folder, 'project')
  const [a, b] = [await packed('a'), await packed('b')]
  repository.files.set('index.yaml', index('x.tgz')).set('x.tgz', a)
  await writeTree(join(root, 'chart'), { 'Chart.yaml': `apiVersion: v2\nname: gateway\nversion: 0.0.1\ndependencies:\n  - { name: common, version: 1.2.3, repository: "${repository.url}" }\n` })
  const key = `${repository.url}/common@1.2.3`
  const lock = async (before: Readonly<Record<string, LockedChart>>, update = false, tracked = false) =>
    (await lockCharts({ folders: [join(root, 'chart')], within: root, before, update, isTracked: () => tracked }, access)).map(({ chart: name, state, after }) => [name, state, after?.digest])
  const first = pin(a, `${repository.url}/x.tgz`)
  const old = { 'oci://old.example/x@1.0.0': pin(b) }
  assert.equal(await lock(old), [[key, 'added', digestOf(a)], ['oci://old.example/x@1.0.0', 'removed', undefined]])
  repository.files.set('x.tgz', b)
  const asked = repository.requests.length
  assert.equal(await lock({ [key]: first }), [[key, 'kept', digestOf(a)]])
  assert.is(repository.requests.length, asked, 'what is pinned is not asked for')
  assert.equal(await lock({ [key]: first }, true), [[key, 'changed', digestOf(b)]])
  repository.files.clear()
  assert.equal(await lock({ [key]: first }, true), [[key, 'failed', undefined]])
  await writeTree(join(root, 'chart'), { 'charts/common-1.2.3.tgz': a })
  assert.equal(await lock({}, false, true), [], 'what git has needs no repository')
  assert.equal(await lock({}, false, false), [[key, 'failed', undefined]], 'what it does not have is not there for others')
})

test.run()

import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { copy, type ImageCopyOptions } from '../lib/copy.ts'
import { inspect } from '../lib/inspect.ts'
import { processMark } from '../lib/clients/process-mark.ts'
import { readTar } from '../lib/formats/tar-reader.ts'
import type { OciDescriptor } from '../lib/oci/descriptor.ts'
import { layoutIn } from '../lib/oci/layout.ts'
import type { Index, Manifest } from '../lib/oci/manifest.ts'
import { mediaTypes } from '../lib/oci/media-types.ts'
import { readJson } from '../lib/oci/read-json.ts'
import type { Store } from '../lib/oci/store.ts'
import { errorOf, openRegistry } from './oci/support/open-registry.ts'
import { addAttestation, addImage, addIndex } from './oci/support/sample-images.ts'
import { startFakeRegistry, type FakeRegistry } from './support/fake-registry.ts'
import { collect } from './formats/support/collect.ts'
import { addBase, addBaseIndex } from './support/sample-base.ts'

interface Context {
  folder: string
  registry: FakeRegistry
  /** An index of real images for amd64 and arm64 with attestations, in the registry as `app:1`. */
  root: OciDescriptor
}

const test = suite<Context>('copy and inspect')
const hosted = { os: 'linux', architecture: { x64: 'amd64', arm64: 'arm64' }[process.arch as 'x64'] ?? process.arch }

test.before.each(async context => {
  context.folder = await mkdtemp(join(tmpdir(), 'copy-'))
  context.registry = await startFakeRegistry({ referrers: true })
  const app = context.registry.repository('app')
  const images = await Promise.all([hosted, { os: 'linux', architecture: 's390x' }].map(platform => addBase(app, { platform })))
  const attestation = { ...await addBase(app, { platform: { os: 'unknown', architecture: 'unknown' } }), annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } }
  context.root = addBaseIndex(app, [...images, attestation])
  app.tags.set('1', context.root.digest)
})
test.after.each(async ({ folder, registry }) => {
  await registry.close()
  await rm(folder, { recursive: true, force: true })
})

const bare = ({ mediaType, digest, size }: OciDescriptor): OciDescriptor => ({ mediaType, digest, size })

test('registry, layout, registry: the same digest at every end, nothing sent twice', async ({ folder, registry, root }) => {
  const layout = `oci:${join(folder, 'layout')}:1`
  assert.equal(bare(await copy(`${registry.host}/app:1`, layout)), root)
  assert.equal(bare(await copy(layout, `${registry.host}/other/app:2`)), root)
  assert.is(registry.repository('other/app').tags.get('2'), root.digest)
  const before = registry.requests.length
  await copy(layout, `${registry.host}/other/app:2`)
  assert.equal(registry.requests.slice(before).filter(({ method, path }) => method === 'POST' || method === 'PATCH' || path.includes('/blobs/uploads/')), [])
})

test('from one repository to another of the same registry blobs are mounted', async ({ registry, root }) => {
  await copy(`${registry.host}/app:1`, `${registry.host}/copy/app`)
  assert.is(registry.repository('copy/app').tags.get('latest'), root.digest)
  assert.ok(registry.requests.some(({ method, path }) => method === 'POST' && path.includes('mount=')))
  assert.equal(registry.requests.filter(({ method, path }) => method === 'GET' && path.includes('/blobs/')), [])
})

test('digests: of the source, of the target, and of one that it is not', async ({ folder, registry, root }) => {
  const other = `sha256:${'0'.repeat(64)}`
  assert.is((await copy(`${registry.host}/app@${root.digest}`, `${registry.host}/by:1@${root.digest}`)).digest, root.digest)
  assert.equal([...registry.repository('by').tags], [['1', root.digest]])
  await copy(`${registry.host}/app:1`, `${registry.host}/untagged@${root.digest}`)
  assert.equal([registry.repository('untagged').tags.size, registry.repository('untagged').manifests.has(root.digest)], [0, true])
  for (const to of [`${registry.host}/never:1@${other}`, `oci:${join(folder, 'never')}@${other}`]) {
    const error = await errorOf(copy(`${registry.host}/app:1`, to))
    assert.is(error.code, 'DIFFERENT')
    assert.ok(error.message.includes(other) && error.message.includes(root.digest), error.message)
  }
  assert.equal(registry.repository('never').manifests.size, 0)
  await copy(`${registry.host}/app:1`, `oci:${join(folder, 'layout')}@${root.digest}`)
  assert.is((await inspect(`oci:${join(folder, 'layout')}@${root.digest}`)).digest, root.digest)
  assert.match((await errorOf(copy(`${registry.host}/app@${other}`, `oci:${join(folder, 'x')}`))).message, /it answers 404/)
})

test('a Docker archive holds one platform: this machine\'s, or the one that is named', async ({ folder, registry }) => {
  const file = join(folder, 'app.tar')
  for (const [options, architecture] of [[{}, hosted.architecture], [{ platforms: ['linux/s390x'] }, 's390x']] as const) {
    await copy(`${registry.host}/app:1`, `docker-archive:${file}`, options)
    const { config } = await inspect(`docker-archive:${file}`)
    assert.is(config?.architecture, architecture)
  }
  assert.equal(await namesOf(file), [`${registry.host}/app:1`])
  assert.equal(await readdir(folder), ['app.tar'])
})

test('what an archive calls an image: what is said, else what it was called; a digest is no name, a port no tag', async ({ folder, registry, root }) => {
  const file = join(folder, 'app.tar')
  for (const [from, to, names] of [
    [`${registry.host}/app:1`, `docker-archive:${file}:localhost:5000/app`, ['localhost:5000/app:latest']],
    [`${registry.host}/app:1`, `docker-archive:${file}:mine:2`, ['mine:2']],
    [`${registry.host}/app@${root.digest}`, `docker-archive:${file}`, []],
    [`${registry.host}/app:1@${root.digest}`, `docker-archive:${file}`, [`${registry.host}/app:1`]],
  ] as const) {
    await copy(from, to)
    assert.equal(await namesOf(file), names)
  }
})

async function namesOf(file: string): Promise<readonly string[]> {
  for await (const entry of readTar(createReadStream(file) as AsyncIterable<Buffer>, 'it')) {
    if (entry.name === 'manifest.json') return (JSON.parse((await collect(entry.body)).toString()) as [{ RepoTags: string[] }])[0].RepoTags
  }
  throw new Error('there is no manifest.json')
}

test('from an archive into a registry and a layout, by name where it has several', async ({ folder, registry }) => {
  const file = join(folder, 'app.tar')
  await copy(`${registry.host}/app:1`, `docker-archive:${file}:app:1`)
  const there = await copy(`docker-archive:${file}`, `${registry.host}/loaded:1`)
  assert.is(registry.repository('loaded').tags.get('1'), there.digest)
  assert.is((await copy(`docker-archive:${file}:app:1`, `oci:${join(folder, 'layout')}:1`)).digest, there.digest)
  const error = await errorOf(copy(`docker-archive:${file}:other:1`, `oci:${join(folder, 'layout')}:1`))
  assert.is(error.message, `Cannot read an image from ${file}: it has no other:1`)
  assert.is(error.hint, 'It has app:1: write docker-archive:FILE:NAME.')
  assert.equal((await readdir(tmpdir())).filter(name => name.startsWith('slipway-archive-')), [])
})

test('platforms make a smaller index; one that is not there is refused', async ({ folder, registry, root }) => {
  const made = await copy(`${registry.host}/app:1`, `${registry.host}/less:1`, { platforms: ['linux/s390x'] })
  assert.is.not(made.digest, root.digest)
  assert.equal((await inspect(`${registry.host}/less:1`)).platforms?.map(({ platform }) => platform), ['linux/s390x'])
  for (const to of [`${registry.host}/never:1`, `docker-archive:${join(folder, 'never.tar')}`]) {
    const error = await errorOf(copy(`${registry.host}/app:1`, to, { platforms: ['linux/riscv64'] }))
    assert.is(error.code, 'IMAGE')
    assert.match(error.message, /linux\/riscv64/)
    assert.match(`${error.message} ${error.hint}`, /linux\/s390x/)
  }
  assert.is((await errorOf(copy(`${registry.host}/app:1`, `docker-archive:${join(folder, 'x.tar')}`, { platforms: ['linux/amd64', 'linux/s390x'] }))).code, 'USAGE')
  assert.equal(await readdir(folder), [])
})

test('an image without an index is for its own platform, whatever is asked for', async ({ folder, registry }) => {
  const [, one] = (JSON.parse(String(registry.repository('app').manifests.get(registry.repository('app').tags.get('1') ?? '')?.bytes)) as Index).manifests
  const from = `${registry.host}/app@${one?.digest}`
  assert.is((await copy(from, `${registry.host}/one:1`, { platforms: ['linux/s390x'] })).digest, one?.digest)
  for (const to of [`${registry.host}/wrong:1`, `docker-archive:${join(folder, 'wrong.tar')}`]) {
    const error = await errorOf(copy(from, to, { platforms: ['linux/arm64'] }))
    assert.is(error.message, `Cannot take linux/arm64 from ${registry.host}/app: it is for linux/s390x`)
  }
  assert.is(registry.repository('wrong').manifests.size, 0)
})

async function signed(store: Store): Promise<{ readonly root: OciDescriptor; readonly signature: OciDescriptor }> {
  const image = await addImage(store)
  const root = await addIndex(store, [image, await addAttestation(store, image)])
  await store.tag(root, '1')
  const signature = await addImage(store, { artifactType: 'application/x.signature', layers: ['signature'], subject: bare(root) })
  await store.attach?.(signature, await readJson<Manifest>(signature, store))
  return { root, signature }
}

test('referrers come along when they are asked for, to where they are listed and to where they are not', async ({ folder, registry }) => {
  const { root, signature } = await signed(openRegistry(registry.host, { repository: 'signed' }))
  const plain = await startFakeRegistry()
  try {
    for (const to of [`oci:${join(folder, 'layout')}:1`, `${plain.host}/app:1`, `${registry.host}/with:1`]) {
      await copy(`${registry.host}/signed:1`, to, { referrers: true })
      const { referrers, digest } = await inspect(to)
      assert.is(digest, root.digest)
      assert.equal(referrers.map(one => [one.digest, one.artifactType]), [[signature.digest, 'application/x.signature']], to)
    }
    assert.ok(plain.repository('app').tags.has(root.digest.replace(':', '-')))
    await copy(`${registry.host}/signed:1`, `${registry.host}/without:1`)
    assert.equal((await inspect(`${registry.host}/without:1`)).referrers, [])
  } finally {
    await plain.close()
  }
})

test('credentials are for their host; mirrors are asked first', async ({ folder, registry, root }) => {
  const closed = await startFakeRegistry({ auth: { kind: 'token', users: { robot: 'sesame' } } })
  try {
    const credentials = { [closed.host]: { username: 'robot', password: 'sesame' } }
    await copy(`${registry.host}/app:1`, `${closed.host}/app:1`, { credentials })
    assert.is(closed.repository('app').tags.get('1'), root.digest)
    assert.equal(registry.requests.filter(({ headers }) => headers.authorization !== undefined), [])
    const error = await errorOf(copy(`${registry.host}/app:1`, `${closed.host}/app:1`, { credentials: { [closed.host]: { username: 'robot', password: 'wr0ng' } } }))
    assert.is(error.code, 'CREDENTIALS')
    assert.match(error.message, /the credential from the script/)
    assert.not.match(`${error.message} ${error.hint}`, /wr0ng/)
  } finally {
    await closed.close()
  }
  const mirrors = { 'registry.example': `http://${registry.host}` }
  assert.is((await copy('registry.example/app:1', `oci:${join(folder, 'layout')}`, { mirrors })).digest, root.digest)
})

test('a digest at the target is that of the smaller index, and is compared before anything is sent', async ({ folder, registry, root }) => {
  const options = { platforms: ['linux/s390x'] }
  const { digest } = await copy(`${registry.host}/app:1`, `${registry.host}/less:1`, options)
  const to = `oci:${join(folder, 'same')}`
  assert.is((await copy(`${registry.host}/app:1`, `${to}@${digest}`, options)).digest, digest)
  const error = await errorOf(copy(`${registry.host}/app:1`, `${registry.host}/other@${root.digest}`, options))
  assert.is(error.message, `Cannot copy to ${registry.host}/other as ${root.digest}: what is copied is ${digest}`)
  assert.equal(registry.requests.filter(({ path }) => path.startsWith('/v2/other/')), [])
})

test('what cannot be is refused before anything is read', async ({ folder, registry }) => {
  const cases: readonly (readonly [to: string, code: string, options?: ImageCopyOptions])[] = [
    ...[NaN, 0, -1, 1.5].map(concurrency => [`oci:${folder}:1`, 'USAGE', { concurrency }] as const),
    [`oci:${folder}:a b`, 'NAME'], [`docker-archive:${folder}/a.tar:An:Image`, 'NAME'],
    [`oci:${folder}:1`, 'TARGET', { platforms: ['linux'] }], [`docker-archive:${folder}/a.tar`, 'USAGE', { platforms: ['linux/amd64', 'linux/arm64'] }],
  ]
  const before = registry.requests.length
  for (const [to, code, options] of cases) assert.is((await errorOf(copy(`${registry.host}/app:1`, to, options))).code, code, to)
  assert.is(registry.requests.length, before)
})

test('an archive obeys a signal while it is read, and what killed processes unpacked is cleared away', async ({ folder, registry }) => {
  const archive = join(folder, 'app.tar')
  await copy(`${registry.host}/app:1`, `docker-archive:${archive}`)
  // A process that never was, in this boot and on another machine; one that lives.
  const [pid, start, space] = processMark().split('-')
  const [dead, elsewhere, alive] = [`${Number(pid) + 1}-0-${space}-x`, `1-2-elsewhere-x`, `${pid}-${start}-${space}-x`].map(mark => join(tmpdir(), `slipway-archive-${mark}`))
  for (const one of [dead, elsewhere, alive]) await mkdir(one ?? '', { recursive: true })
  const stop = new AbortController()
  stop.abort(new Error('enough'))
  assert.is(await inspect(`docker-archive:${archive}`, { signal: stop.signal }).catch((error: Error) => error.message), 'enough')
  const left = (await readdir(tmpdir())).filter(name => name.startsWith('slipway-archive-')).map(name => join(tmpdir(), name))
  assert.equal([dead, elsewhere, alive].map(one => left.includes(one ?? '')), [false, true, true])
  assert.equal(left.filter(name => name.startsWith(join(tmpdir(), `slipway-archive-${processMark()}`)) && name !== alive), [])
  for (const one of [elsewhere, alive]) await rm(one ?? '', { recursive: true })
})

test('what is wrong at either end, each by its name', async ({ folder, registry }) => {
  const nowhere = join(folder, 'nowhere')
  const to = `oci:${join(folder, 'to')}:1`
  await writeFile(join(folder, 'no.tar'), 'x'.repeat(2000))
  const cases: readonly (readonly [from: string, to: string, code: string, message: RegExp, options?: ImageCopyOptions])[] = [
    [`${registry.host}/app:9`, to, 'REGISTRY', /app: it answers 404/],
    [`oci:${nowhere}:1`, to, 'REGISTRY', /nowhere/],
    [`docker-archive:${nowhere}`, to, 'FILES', /^Cannot read .*nowhere: it is not there$/],
    [`docker-archive:${join(folder, 'no.tar')}`, to, 'CONTENT', /^Cannot read the Docker archive/],
    [`${registry.host}/app:1`, `docker-archive:${join(nowhere, 'a.tar')}`, 'DISK', /a\.tar: its folder does not exist$/],
    [`${registry.host}/app:1`, `docker-archive:${folder}`, 'DISK', /: it is a folder$/],
    [`${registry.host}/app:1`, `docker-archive:${join(folder, 'no.tar', 'a.tar')}`, 'DISK', /: a file stands where its folder should be$/],
    [`oci:${join(folder, 'no.tar')}:1`, to, 'FILES', /no\.tar: a file stands where a folder should be$/],
    [`${registry.host}/app:1`, `oci:${join(folder, 'no.tar')}:1`, 'DISK', /Cannot write the layout in .*no\.tar: a file stands where a folder should be$/],
    [`docker-archive:${folder}`, to, 'FILES', /: it is a folder$/],
    [`${registry.host}/app:1`, to, 'TARGET', /it is not os\/architecture/, { platforms: ['linux'] }],
  ]
  for (const [from, target, code, message, options] of cases) {
    const error = await errorOf(copy(from, target, options))
    assert.is(error.code, code, `${from}: ${error.message}`)
    assert.match(error.message, message)
  }
})

test('a signal stops it: no tag, no half file, and the next one finishes', async ({ folder, registry, root }) => {
  const reason = new Error('stopped')
  const file = join(folder, 'app.tar')
  for (const to of [`${registry.host}/stopped:1`, `docker-archive:${file}`, `oci:${join(folder, 'layout')}:1`]) {
    const stop = new AbortController()
    const before = registry.requests.length
    const stopping = setInterval(() => { if (registry.requests.slice(before).some(({ path }) => path.includes('/blobs/'))) stop.abort(reason) }, 0)
    const error: unknown = await copy(`${registry.host}/app:1`, to, { signal: stop.signal }).then(() => undefined, (thrown: unknown) => thrown)
    clearInterval(stopping)
    if (error === undefined) continue   // it was faster
    assert.is(error, reason)
  }
  for (const to of [`${registry.host}/never:1`, `docker-archive:${join(folder, 'never.tar')}`, `oci:${join(folder, 'never')}:1`]) {
    assert.is(await copy(`${registry.host}/app:1`, to, { signal: AbortSignal.abort(reason) }).catch((thrown: unknown) => thrown), reason)
  }
  assert.equal([registry.repository('never').tags.size, (await readdir(folder)).filter(name => name.startsWith('never'))], [0, []])
  assert.is((await copy(`${registry.host}/app:1`, `${registry.host}/stopped:1`)).digest, root.digest)
})

test('inspect: an index names its platforms, an image its configuration and layers, an artifact its type', async ({ registry, root }) => {
  const index = await inspect(`${registry.host}/app:1`)
  assert.equal(bare(index), root)
  assert.equal(index.platforms?.map(({ platform }) => platform), [`linux/${hosted.architecture}`, 'linux/s390x'])
  assert.equal([index.config, index.layers, index.referrers, index.annotations], [undefined, undefined, [], {}])
  const one = await inspect(`${registry.host}/app@${index.platforms?.[1]?.digest}`)
  assert.is(one.config?.architecture, 's390x')
  assert.equal(one.layers?.map(({ mediaType }) => mediaType), [mediaTypes.gzipLayer])
  const { signature } = await signed(openRegistry(registry.host, { repository: 'signed' }))
  const artifact = await inspect(`${registry.host}/signed@${signature.digest}`)
  assert.equal([artifact.artifactType, artifact.config, artifact.layers?.length], ['application/x.signature', undefined, 1])
  assert.equal(registry.requests.filter(({ method, path }) => method === 'GET' && path.includes('/blobs/')).length, 1, 'no layer is fetched')
})

test('inspect of a layout by tag, by digest, and where nothing is said of one that has one', async ({ folder, registry, root }) => {
  const layout = join(folder, 'layout')
  await copy(`${registry.host}/app:1`, `oci:${layout}:1`)
  for (const text of [`oci:${layout}`, `oci:${layout}:1`, `oci:${layout}@${root.digest}`]) assert.is((await inspect(text)).digest, root.digest, text)
  assert.match((await errorOf(inspect(`oci:${layout}:2`))).message, /it has 1$/)
  assert.equal(await readFile(join(layout, 'oci-layout'), 'utf8').then(JSON.parse), { imageLayoutVersion: '1.0.0' })
  assert.equal(await layoutIn(layout).resolve('1'), root)
})

test.run()

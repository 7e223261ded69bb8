import { execFileSync } from 'node:child_process'
import { createReadStream, existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Damage } from '../../lib/contracts/content.ts'
import { readTar } from '../../lib/formats/tar-reader.ts'
import { writeTar, type TarMember } from '../../lib/formats/tar-writer.ts'
import { copy } from '../../lib/oci/copy.ts'
import { layoutIn } from '../../lib/oci/layout.ts'
import { contentStore } from '../../lib/oci/content-source.ts'
import { dockerArchive } from '../../lib/oci/docker-archive.ts'
import { readDockerArchive } from '../../lib/oci/read-docker-archive.ts'
import type { OciDescriptor } from '../../lib/oci/descriptor.ts'
import { gzippedLayer } from '../../lib/oci/gzipped-layer.ts'
import { layerTar } from '../../lib/oci/layer-tar.ts'
import type { Manifest } from '../../lib/oci/manifest.ts'
import { mediaTypes } from '../../lib/oci/media-types.ts'
import { readManifest } from '../../lib/oci/read-manifest.ts'
import { decompressed } from '../../lib/oci/decompress.ts'
import type { Store } from '../../lib/oci/store.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import { digestOf } from '../../lib/values/digest.ts'
import { collect } from '../formats/support/collect.ts'
import { memoryStore, type MemoryStore } from '../support/memory-store.ts'
import { unless } from '../support/unless.ts'
import { addBlob, addIndex } from './support/sample-images.ts'

interface Context {
  memory: MemoryStore
  store: Store
}

const test = suite<Context>('docker-archive')

const withSkopeo = unless(existsSync('/usr/bin/skopeo') ? undefined : 'needs skopeo', test)

test.before.each(async context => {
  context.memory = memoryStore()
  context.store = contentStore(context.memory.content, 'the cache')
})
test.after.each(({ memory }) => memory.close())

const file = (name: string, bytes: string | Uint8Array): TarMember =>
  ({ name, type: 'file', mode: 0o644, uid: 0, gid: 0, size: Buffer.byteLength(bytes), open: async function* () { yield Buffer.from(bytes) } })
const link = (name: string, to: string, type: 'symlink' | 'hardlink' = 'symlink'): TarMember => ({ ...file(name, ''), type, link: to })
const folder = (name: string): TarMember => ({ ...file(name, ''), type: 'directory' })
const archiveOf = (...members: readonly TarMember[]): AsyncIterable<Uint8Array> => writeTar((async function* () { yield* members })(), { time: new Date(0) })

async function layerTars({ memory }: Context): Promise<readonly { readonly gzip: OciDescriptor; readonly tar: Buffer; readonly diffId: string }[]> {
  return Promise.all(['one', 'two'].map(async name => {
    const entry = { path: name, type: 'file', mode: 0o644, uid: 0, gid: 0, size: 3, open: async function* () { yield Buffer.from(name) } } as const
    const { descriptor, diffId } = await gzippedLayer(layerTar([entry], { time: new Date(0) }), 6, memory.content)
    return { gzip: descriptor, tar: await collect(decompressed(descriptor.mediaType, memory.content.open(descriptor), 1e9)), diffId }
  }))
}

const configOf = (diffIds: readonly string[]): string =>
  JSON.stringify({ architecture: 'arm', variant: 'v7', os: 'linux', config: { Cmd: ['/one'] }, rootfs: { type: 'layers', diff_ids: diffIds }, moby: 'kept' })

async function sampleImage(context: Context, order: readonly number[] = [0, 1]): Promise<OciDescriptor> {
  const tars = await layerTars(context)
  const layers = order.map(at => tars[at] as (typeof tars)[0])
  const config = await addBlob(context.store, mediaTypes.config, configOf(layers.map(one => one.diffId)))
  const manifest: Manifest = { schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers: layers.map(one => one.gzip) }
  return addBlob(context.store, mediaTypes.manifest, JSON.stringify(manifest))
}

async function errorOf(promise: Promise<unknown>): Promise<ReleaseError> {
  const error: unknown = await promise.then(() => undefined, (thrown: unknown) => thrown)
  assert.instance(error, ReleaseError)
  return error as ReleaseError
}

test('an image goes through an archive and comes back: configuration, names, layers', async context => {
  const image = await sampleImage(context, [0, 1, 0])
  const archive = await collect(dockerArchive({ from: context.store, image, names: ['example/app:2', 'example/app:1'] }))
  const [loaded, ...others] = await readDockerArchive((async function* () { yield archive })(), context.memory.content)
  assert.is(others.length, 0)
  assert.equal(loaded?.names, ['example/app:1', 'example/app:2'])
  assert.equal(loaded?.image.platform, { os: 'linux', architecture: 'arm', variant: 'v7' })
  const [before, after] = await Promise.all([image, loaded?.image as OciDescriptor].map(async one => (await readManifest(context.store, one)).manifest as Manifest))
  assert.is(after?.config.digest, before?.config.digest)
  assert.equal(after?.layers, before?.layers)
})

test('an archive is sorted, without times, and the same every time', async context => {
  const image = await sampleImage(context)
  const [first, second] = [await collect(dockerArchive({ from: context.store, image, names: [] })), await collect(dockerArchive({ from: context.store, image, names: [] }))]
  assert.equal(first, second)
  const names: string[] = []
  for await (const { name, type } of readTar((async function* () { yield first })(), 'it')) {
    assert.is(type, 'file')
    names.push(name)
  }
  assert.equal(names, [...names].sort())
  assert.is(names.length, 4)
})

test('GNU tar reads it', async context => {
  const image = await sampleImage(context)
  const place = await mkdtemp(join(tmpdir(), 'archive-'))
  await writeFile(join(place, 'image.tar'), await collect(dockerArchive({ from: context.store, image, names: ['a:1'] })))
  const list = execFileSync('tar', ['tvf', join(place, 'image.tar'), '--utc'], { encoding: 'utf8' })
  await rm(place, { recursive: true })
  assert.match(list, /^-rw-r--r-- 0\/0 .* 1970-01-01 00:00 manifest\.json$/m)
})

const skopeo = (...args: readonly string[]): string => execFileSync('skopeo', ['--insecure-policy', ...args], { encoding: 'utf8' })

withSkopeo('Skopeo reads our archives and layouts, and we read its own', async context => {
  const place = await mkdtemp(join(tmpdir(), 'skopeo-'))
  try {
    const image = await sampleImage(context)
    const layout = layoutIn(join(place, 'layout'))
    await copy({ from: context.store, to: layout, root: image, tags: ['1.0'] })
    assert.is(digestOf(skopeo('inspect', '--raw', `oci:${place}/layout:1.0`)), image.digest)
    await writeFile(join(place, 'image.tar'), await collect(dockerArchive({ from: context.store, image, names: ['example/app:1'] })))
    assert.match(skopeo('inspect', `docker-archive:${place}/image.tar:example/app:1`), /"Architecture": "arm"/)
    skopeo('copy', `oci:${place}/layout:1.0`, `docker-archive:${place}/theirs.tar:example/app:2`)
    const [loaded] = await readDockerArchive(createReadStream(join(place, 'theirs.tar')), context.memory.content)
    assert.equal(loaded?.names.map(name => name.replace(/^docker\.io\//, '')), ['example/app:2'])
    assert.equal(loaded?.image.digest, (await readDockerArchive(createReadStream(join(place, 'image.tar')), context.memory.content))[0]?.image.digest)
    skopeo('copy', `docker-archive:${place}/image.tar`, `oci:${place}/layout-of-skopeo:x`)
    const other = layoutIn(join(place, 'layout-of-skopeo'))
    const root = await other.resolve('x')
    await copy({ from: other, to: layout, root, tags: ['back'] })
    assert.is(digestOf(skopeo('inspect', '--raw', `oci:${place}/layout:back`)), root.digest)
  } finally {
    await rm(place, { recursive: true })
  }
})

test('the form before Docker 25: a folder for each layer, links between those that are the same', async context => {
  const [one, two] = await layerTars(context)
  if (!one || !two) return
  const config = configOf([one.diffId, two.diffId, one.diffId])
  const list = [{ Config: 'abc.json', RepoTags: ['example/app:1'], Layers: ['a/layer.tar', 'b/layer.tar', 'c/layer.tar'] }]
  const [loaded] = await readDockerArchive(archiveOf(
    folder('a'), file('a/VERSION', '1.0'), file('a/json', '{}'), file('a/layer.tar', one.tar), folder('b'), file('b/layer.tar', two.tar),
    folder('c'), link('c/layer.tar', '../a/layer.tar'), file('abc.json', config), file('manifest.json', JSON.stringify(list)), file('repositories', '{}'),
  ), context.memory.content)
  const manifest = (await readManifest(context.store, loaded?.image as OciDescriptor)).manifest as Manifest
  assert.equal(manifest.layers, [one.gzip, two.gzip, one.gzip])
  assert.is(manifest.config.digest, digestOf(config))
})

test('the form since Docker 25: a layout inside, layers compressed or not, the list first or last', async context => {
  const [one, two] = await layerTars(context)
  if (!one || !two) return
  const config = configOf([one.diffId, two.diffId])
  const compressed = await collect(context.memory.content.open(two.gzip))
  const place = (bytes: string | Uint8Array): string => `blobs/sha256/${digestOf(bytes).slice(7)}`
  const list = file('manifest.json', JSON.stringify([{ Config: place(config), RepoTags: null, Layers: [place(one.tar), place(compressed)] }]))
  const others = [folder('blobs'), folder('blobs/sha256'), file('./oci-layout', '{}'), file('index.json', '{}'), file(place(config), config),
    file(place(one.tar), one.tar), file(`./${place(compressed)}`, compressed)]
  for (const members of [[list, ...others], [...others, list]]) {
    const [loaded] = await readDockerArchive(archiveOf(...members), context.memory.content)
    assert.equal(loaded?.names, [])
    assert.equal(((await readManifest(context.store, loaded?.image as OciDescriptor)).manifest as Manifest).layers, [one.gzip, two.gzip])
  }
})

test('Podman: links at the root, and hard links', async context => {
  const [one, two] = await layerTars(context)
  if (!one || !two) return
  const list = [{ Config: 'c.json', RepoTags: [], Layers: ['x/layer.tar', 'hard.tar'] }]
  const [loaded] = await readDockerArchive(archiveOf(
    link('x/layer.tar', '../1.tar'), file('1.tar', one.tar), file('2.tar', two.tar), link('hard.tar', '2.tar', 'hardlink'),
    file('c.json', configOf([one.diffId, two.diffId])), file('manifest.json', JSON.stringify(list)),
  ), context.memory.content)
  assert.is(((await readManifest(context.store, loaded?.image as OciDescriptor)).manifest as Manifest).layers.length, 2)
})

test('what is missing, false or no archive at all is refused in words', async context => {
  const [one] = await layerTars(context)
  if (!one) return
  const { content } = context.memory
  const list = (value: unknown): TarMember => file('manifest.json', JSON.stringify(value))
  const good = [{ Config: 'c.json', Layers: ['1.tar'] }]
  const cases: readonly (readonly [RegExp, readonly TarMember[]])[] = [
    [/it has no manifest\.json$/, [file('c.json', '{}')]],
    [/its manifest\.json is no JSON$/, [file('manifest.json', '{')]],
    [/its manifest\.json lists no images$/, [list([])]],
    [/its manifest\.json lists an image without a configuration$/, [list([{}])]],
    [/lists something else than names$/, [list([{ Config: 'c', Layers: [1] }])]],
    [/it has no c\.json$/, [list(good)]],
    [/it has no 1\.tar$/, [list(good), file('c.json', configOf([one.diffId])), link('1.tar', '2.tar'), link('2.tar', '1.tar')]],
    [/has 1 layers, and its configuration tells of 0$/, [list(good), file('c.json', configOf([]))]],
    [/its 1\.tar is not the layer sha256:0{64}$/, [list(good), file('c.json', configOf([`sha256:${'0'.repeat(64)}`])), file('1.tar', one.tar)]],
  ]
  for (const [message, members] of cases) {
    const error = await errorOf(readDockerArchive(archiveOf(...members), content))
    assert.is(error.code, 'CONTENT')
    assert.match(error.message, message)
  }
  assert.match((await errorOf(readDockerArchive((async function* () { yield Buffer.alloc(700, 'x') })(), content))).message, /^Cannot read the Docker archive: /)
})

test('a layer that the cache holds damaged is told so that it is made again', async context => {
  const image = await sampleImage(context)
  const [layer] = ((await readManifest(context.store, image)).manifest as Manifest).layers
  const bytes = Buffer.from(context.memory.blobs.get(layer?.digest ?? 'sha256:') ?? [])
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 0xff
  context.memory.blobs.set(layer?.digest ?? 'sha256:', bytes)
  const error = await errorOf(collect(dockerArchive({ from: context.store, image, names: [] })))
  assert.is((error.cause as Partial<Damage> | undefined)?.damaged?.digest, layer?.digest, error.message)
})

test('an index, and layers that are not those of the configuration, are not written', async context => {
  const image = await sampleImage(context)
  const write = (one: OciDescriptor): Promise<unknown> => collect(dockerArchive({ from: context.store, image: one, names: [] }))
  assert.is((await errorOf(write(await addIndex(context.store, [image])))).code, 'IMAGE')
  const { manifest } = await readManifest(context.store, image)
  const swapped = { ...manifest, layers: (manifest as Manifest).layers.toReversed() }
  assert.match((await errorOf(write(await addBlob(context.store, mediaTypes.manifest, JSON.stringify(swapped))))).message, /is not the one that its configuration tells of$/)
  const fewer = { ...manifest, layers: [] }
  assert.match((await errorOf(write(await addBlob(context.store, mediaTypes.manifest, JSON.stringify(fewer))))).message, /it has 0 layers, and its configuration tells of 2$/)
})

test.run()

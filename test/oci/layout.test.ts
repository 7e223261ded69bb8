import { mkdir, mkdtemp, readFile, readdir, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { layoutIn } from '../../lib/oci/layout.ts'
import { mediaTypes } from '../../lib/oci/media-types.ts'
import type { OciDescriptor } from '../../lib/oci/descriptor.ts'
import type { Store } from '../../lib/oci/store.ts'
import { digestOf } from '../../lib/values/digest.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import { collect } from '../formats/support/collect.ts'
import { addBlob, addImage, addIndex } from './support/sample-images.ts'

const test = suite<{ folder: string; layout: Store }>('layout')

test.before.each(async context => {
  context.folder = join(await mkdtemp(join(tmpdir(), 'layout-')), 'images')
  context.layout = layoutIn(context.folder)
})
test.after.each(({ folder }) => rm(join(folder, '..'), { recursive: true, force: true }))

const bare = ({ mediaType, digest, size }: OciDescriptor): OciDescriptor => ({ mediaType, digest, size })
const indexOf = async (folder: string): Promise<{ manifests: OciDescriptor[] }> => JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as { manifests: OciDescriptor[] }

async function errorOf(promise: Promise<unknown>): Promise<ReleaseError> {
  const error: unknown = await promise.then(() => undefined, (thrown: unknown) => thrown)
  assert.instance(error, ReleaseError)
  return error as ReleaseError
}

test('what is pushed and tagged is found by tag and by digest, by others too', async ({ folder, layout }) => {
  const image = await addImage(layout, { layers: ['one', 'two'] })
  await layout.tag(image, '1.0')
  for (const reader of [layout, layoutIn(folder)]) {
    assert.equal(await reader.resolve('1.0'), bare(image))
    assert.equal(await reader.resolve(image.digest), bare(image))
    assert.ok(await reader.has(image))
    assert.is((await collect(reader.open(image))).length, image.size)
  }
  assert.equal(JSON.parse(await readFile(join(folder, 'oci-layout'), 'utf8')), { imageLayoutVersion: '1.0.0' })
  assert.equal((await readdir(folder)).sort(), ['blobs', 'index.json', 'oci-layout'])
})

test('the same images give the same index.json, in whatever order they come', async ({ folder, layout }) => {
  const other = layoutIn(`${folder}-2`)
  for (const [store, order] of [[layout, ['a', 'b', 'c']], [other, ['c', 'a', 'b']]] as const) {
    await Promise.all(order.map(async name => {
      const image = await addImage(store, { layers: [name] })
      await store.tag(image, name)
    }))
  }
  const [first, second] = await Promise.all([folder, `${folder}-2`].map(one => readFile(join(one, 'index.json'), 'utf8')))
  assert.is(first, second)
  assert.equal((await indexOf(folder)).manifests.map(one => one.annotations?.['org.opencontainers.image.ref.name']), ['a', 'b', 'c'])
})

test('what no index lists stands in index.json without a name, until it is tagged or listed', async ({ folder, layout }) => {
  const amd64 = await addImage(layout)
  const arm64 = await addImage(layout, { platform: { os: 'linux', architecture: 'arm64' } })
  assert.equal((await indexOf(folder)).manifests, [amd64, arm64].map(bare).sort((a, b) => a.digest < b.digest ? -1 : 1))
  const index = await addIndex(layout, [amd64, arm64])
  assert.equal((await indexOf(folder)).manifests, [bare(index)])
  await layout.tag(index, 'v1')
  await layout.tag(index, 'latest')
  const { manifests } = await indexOf(folder)
  assert.equal(manifests.map(one => [one.digest, Object.values(one.annotations ?? {})]), [[index.digest, ['latest']], [index.digest, ['v1']]])
})

test('a tag moves', async ({ folder, layout }) => {
  const [one, two] = [await addImage(layout, { layers: ['1'] }), await addImage(layout, { layers: ['2'] })]
  await layout.tag(one, 'latest')
  await layout.tag(two, 'latest')
  assert.is((await layout.resolve('latest')).digest, two.digest)
  assert.is((await indexOf(folder)).manifests.length, 1)
})

test('referrers are found by their subject, with type and annotations', async ({ folder, layout }) => {
  const image = await addImage(layout)
  await layout.tag(image, '1')
  const annotations = { made: 'here' }
  const signature = await addImage(layout, { subject: bare(image), artifactType: 'application/signature', layers: ['signed'], annotations })
  assert.equal(await layoutIn(folder).referrers?.(image), [{ ...bare(signature), artifactType: 'application/signature', annotations }])
  assert.equal(await layout.referrers?.(signature), [])
})

test('layouts of other tools: nested indexes, whole references as names, no names at all', async ({ folder, layout }) => {
  const image = await addImage(layout)
  const nested = await addIndex(layout, [{ ...bare(image), annotations: { 'org.opencontainers.image.ref.name': 'inside' } }])
  const write = (manifests: readonly unknown[]): Promise<void> => writeFile(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }))
  await write([nested])
  assert.is((await layout.resolve('inside')).digest, image.digest)
  assert.is((await layout.resolve(image.digest)).mediaType, mediaTypes.manifest)
  assert.is((await layout.resolve('latest')).digest, nested.digest)
  assert.match((await errorOf(layout.resolve('3'))).message, /^Cannot find 3 in the layout in .*: its 1 entries have no names$/)
  await write([{ ...bare(image), annotations: { 'org.opencontainers.image.ref.name': 'docker.io/library/alpine:3' } }])
  assert.is((await layout.resolve('3')).digest, image.digest)
  assert.match((await errorOf(layout.resolve('4'))).message, /: it has docker\.io\/library\/alpine:3$/)
  assert.is((await layout.resolve('')).digest, image.digest)
  await write([image, nested])
  assert.match((await errorOf(layout.resolve(''))).message, /^Cannot find an image in the layout in .*: it has several$/)
  await write([])
  assert.match((await errorOf(layout.resolve(''))).message, /: it is empty$/)
  assert.is((await layout.resolve(nested.digest)).mediaType, mediaTypes.index)
})

test('a platform that was not taken along is missed only when it is asked for', async ({ folder, layout }) => {
  const [here, away] = [await addImage(layout), await addImage(layout, { layers: ['away'] })]
  await layout.tag(await addIndex(layout, [here, away]), 'sparse')
  await rm(join(folder, 'blobs/sha256', away.digest.slice(7)))
  const reader = layoutIn(folder)
  assert.is((await reader.resolve('sparse')).mediaType, mediaTypes.index)
  assert.equal(await reader.referrers?.(here), [])
  const error = await errorOf(collect(reader.open(away)))
  assert.is(error.code, 'CONTENT')
  assert.match(error.message, /it is missing$/)
  assert.match((await errorOf(reader.tag(away, 'x'))).message, /^Cannot tag sha256:.* as x in .*: it is missing$/)
})

test('bytes that are not what they should be are neither given out nor taken in', async ({ folder, layout }) => {
  const blob = await addBlob(layout, mediaTypes.layer, 'some bytes')
  await truncate(join(folder, 'blobs/sha256', blob.digest.slice(7)), 3)
  assert.not(await layout.has(blob))
  assert.match((await errorOf(collect(layout.open(blob)))).message, /its bytes are not what their name says$/)
  const wrong = { ...blob, digest: digestOf('others') }
  assert.match((await errorOf(layout.push(wrong, async function* () { yield Buffer.from('some bytes') }))).message, /the bytes that came are sha256:/)
  assert.equal((await readdir(folder)).filter(name => name.startsWith('.')), [])
  await layout.push(blob, async function* () { yield Buffer.from('some bytes') })
  assert.is((await collect(layout.open(blob))).toString(), 'some bytes')
})

test('drafts of killed runs go, those of others stay', async ({ folder, layout }) => {
  await mkdir(folder)
  for (const [name, age] of [['.draft-old', 2], ['.draft-new', 0]] as const) {
    await writeFile(join(folder, name), 'half')
    const time = new Date(Date.now() - age * 24 * 3600 * 1000)
    await utimes(join(folder, name), time, time)
  }
  await addBlob(layout, mediaTypes.layer, 'x')
  assert.equal((await readdir(folder)).filter(name => name.startsWith('.')), ['.draft-new'])
})

test('what is no layout is refused in words', async ({ folder, layout }) => {
  await mkdir(folder)
  await writeFile(join(folder, 'index.json'), '{}')
  assert.match((await errorOf(layout.resolve('x'))).message, /^Cannot use the layout in .*: its oci-layout does not say imageLayoutVersion 1\.0\.0$/)
  await writeFile(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  assert.match((await errorOf(layout.resolve('x'))).message, /schemaVersion/)
  await rm(join(folder, 'index.json'))
  assert.match((await errorOf(layout.resolve('x'))).message, /it is empty$/)
  const image = await addImage(layout)
  assert.is((await errorOf(layout.tag(image, 'no such/tag'))).code, 'NAME')
})

test.run()

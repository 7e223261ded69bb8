import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { basePlatform } from '../../lib/oci/base-platform.ts'
import { checkPlatform } from '../../lib/oci/check-platform.ts'
import { contentStore } from '../../lib/oci/content-source.ts'
import type { OciDescriptor } from '../../lib/oci/descriptor.ts'
import { onePlatform } from '../../lib/oci/one-platform.ts'
import type { Store } from '../../lib/oci/store.ts'
import type { LockedBase } from '../../lib/values/base.ts'
import type { Target } from '../../lib/values/target.ts'
import { memoryStore, type MemoryStore } from '../support/memory-store.ts'
import { errorOf } from './support/open-registry.ts'
import { addAttestation, addImage, addIndex } from './support/sample-images.ts'

interface Context {
  memory: MemoryStore
  store: Store
  images: Readonly<Record<string, OciDescriptor>>
  root: OciDescriptor
}

const test = suite<Context>('onePlatform')

test.before.each(async context => {
  const memory = memoryStore()
  const store = contentStore(memory.content, 'the cache')
  const platforms = { amd64: { architecture: 'amd64' }, arm64: { architecture: 'arm64', variant: 'v8' }, v6: { architecture: 'arm', variant: 'v6' }, i386: { architecture: '386' } }
  const images = await Promise.all(Object.entries(platforms).map(async ([name, platform]) =>
    [name, await addImage(store, { platform: { os: 'linux', ...platform }, layers: [name] })] as const))
  const [first] = images
  Object.assign(context, { memory, store, images: Object.fromEntries(images) })
  context.root = await addIndex(store, [await addAttestation(store, first?.[1] as OciDescriptor), ...images.map(([, image]) => image)])
})
test.after.each(({ memory }) => memory.close())

const machines: readonly (readonly [machine: string, name: string])[] = [['x64', 'amd64'], ['arm64', 'arm64'], ['arm', 'v6'], ['ia32', 'i386']]
for (const [machine, name] of machines) {
  test(`containers on a machine that Node calls ${machine}`, async ({ store, root, images }) => {
    assert.is((await onePlatform(store, root, [], machine)).digest, images[name]?.digest)
  })
}

test('the one that is named, in indexes of indexes too; what is no index is taken as it is', async ({ store, root, images }) => {
  assert.is((await onePlatform(store, root, ['linux/arm64'], 'x64')).digest, images['arm64']?.digest)
  const nested = await addIndex(store, [{ ...await addIndex(store, [images['arm64'] as OciDescriptor]), platform: { os: 'linux', architecture: 'arm64' } }])
  assert.is((await onePlatform(store, nested, ['linux/arm64'])).digest, images['arm64']?.digest)
  assert.is(await onePlatform(store, images['v6'] as OciDescriptor), images['v6'])
})

test('one that is not there, and several', async ({ store, root }) => {
  const missing = await errorOf(onePlatform(store, root, ['linux/s390x']))
  assert.equal([missing.code, missing.message], ['IMAGE', 'Cannot take linux/s390x from the cache: it has no image for it'])
  assert.match(missing.hint ?? '', /linux\/amd64, linux\/arm64/)
  assert.not.match(missing.hint ?? '', /unknown/)
  assert.is((await errorOf(onePlatform(store, root, ['linux/amd64', 'linux/arm64']))).code, 'USAGE')
  assert.is((await errorOf(onePlatform(store, root, ['linux']))).code, 'TARGET')
})

test('an image without an index is refused for other platforms, an artifact never', async ({ store, images, root }) => {
  const arm = images['arm64'] as OciDescriptor
  for (const platforms of [undefined, [], ['linux/arm64'], ['linux/arm64/v8']]) await checkPlatform(store, arm, platforms)
  await checkPlatform(store, root, ['linux/s390x'])
  await checkPlatform(store, await addImage(store, { artifactType: 'application/x' }), ['linux/s390x'])
  assert.is((await errorOf(checkPlatform(store, arm, ['linux/arm64', 'linux/amd64']))).message, 'Cannot take linux/amd64 from the cache: it is for linux/arm64/v8')
})

const platforms: readonly (readonly [target: Target, found: string | undefined])[] = [
  ['linux/amd64', 'linux/amd64'], ['linux/amd64/v3', 'linux/amd64'], ['linux/arm64', 'linux/arm64/v8'], ['linux/arm/v7', 'linux/arm/v7'],
  ['linux/arm/v6', 'linux/arm/v6'], ['linux/arm/v5', undefined], ['linux/386', undefined], ['linux/s390x', undefined],
]
for (const [target, found] of platforms) {
  test(`of a base for ${target}: ${found ?? 'nothing'}`, () => {
    const names = ['linux/amd64', 'linux/arm/v6', 'linux/arm/v7', 'linux/arm64/v8']
    const all = Object.fromEntries(names.map((name, index) => [name, { mediaType: 'x', digest: `sha256:${String(index).repeat(64)}` as const, size: index }]))
    const base: LockedBase = { kind: 'base', from: 'registry', distro: 'x', reference: 'x', digest: `sha256:${'9'.repeat(64)}`, platforms: all, place: { environment: {}, mirrors: {} } }
    assert.is(basePlatform(base, target)?.digest, found === undefined ? undefined : all[found]?.digest)
  })
}

test.run()

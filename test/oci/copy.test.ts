import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Damage } from '../../lib/contracts/content.ts'
import { contentStore } from '../../lib/oci/content-source.ts'
import { copy, type CopyProgress } from '../../lib/oci/copy.ts'
import type { OciDescriptor } from '../../lib/oci/descriptor.ts'
import { layoutIn } from '../../lib/oci/layout.ts'
import type { Index } from '../../lib/oci/manifest.ts'
import { mediaTypes } from '../../lib/oci/media-types.ts'
import { readManifest } from '../../lib/oci/read-manifest.ts'
import type { Source, Store } from '../../lib/oci/store.ts'
import { digestOf } from '../../lib/values/digest.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import { collect } from '../formats/support/collect.ts'
import { memoryStore } from '../support/memory-store.ts'
import { addAttestation, addBlob, addImage, addIndex } from './support/sample-images.ts'

interface Context {
  folder: string
  from: Store
  to: Store
}

const test = suite<Context>('copy')

test.before.each(async context => {
  context.folder = await mkdtemp(join(tmpdir(), 'copy-'))
  context.from = layoutIn(join(context.folder, 'from'))
  context.to = layoutIn(join(context.folder, 'to'))
})
test.after.each(({ folder }) => rm(folder, { recursive: true, force: true }))

const linux = (architecture: string, variant?: string) => ({ os: 'linux', architecture, ...variant !== undefined && { variant } })
const bare = ({ mediaType, digest, size }: OciDescriptor): OciDescriptor => ({ mediaType, digest, size })

/** A store that tells what was done to it, and does something before each act. */
function told(store: Store, before: (act: string, descriptor: OciDescriptor) => void | Promise<void> = () => {}): Store & { readonly acts: string[] } {
  const acts: string[] = []
  const doing = async <T>(act: string, descriptor: OciDescriptor, run: () => Promise<T>): Promise<T> => {
    await before(act, descriptor)
    const answer = await run()
    acts.push(`${act} ${descriptor.digest}`)
    return answer
  }
  return {
    ...store, acts,
    has: one => doing('has', one, () => store.has(one)),
    push: (one, open, from) => doing('push', one, () => store.push(one, open, from)),
    tag: (one, tag) => doing(`tag ${tag}`, one, () => store.tag(one, tag)),
  }
}

async function sampleIndex(store: Store): Promise<{ root: OciDescriptor; images: readonly OciDescriptor[]; attestations: readonly OciDescriptor[] }> {
  const platforms = [linux('amd64'), linux('arm64'), linux('arm', 'v7')]
  const images = await Promise.all(platforms.map(platform => addImage(store, { platform, layers: ['shared', `for ${platform.architecture}`] })))
  const attestations = await Promise.all(images.map(image => addAttestation(store, image)))
  return { root: await addIndex(store, [...images, ...attestations], { annotations: { title: 'sample' } }), images, attestations }
}

/** Whether all that a manifest leads to is there. */
async function isWhole(store: Store, root: OciDescriptor): Promise<boolean> {
  const { manifest } = await readManifest(store, root)
  const children = 'manifests' in manifest ? manifest.manifests : [manifest.config, ...manifest.layers]
  const whole = await Promise.all(children.map(async child => /index|manifest/.test(child.mediaType)
    ? await store.has(child) && isWhole(store, child) : (await collect(store.open(child))).length === child.size))
  return whole.every(Boolean)
}

async function errorOf(promise: Promise<unknown>): Promise<ReleaseError> {
  const error: unknown = await promise.then(() => undefined, (thrown: unknown) => thrown)
  assert.instance(error, ReleaseError)
  return error as ReleaseError
}

test('an index arrives whole, each part once and before what lists it, tags last', async ({ from, to }) => {
  const { root } = await sampleIndex(from)
  const target = told(to)
  assert.equal(await copy({ from, to: target, root, tags: ['1.0', 'latest'] }), root)
  assert.ok(await isWhole(to, root))
  assert.is((await to.resolve('latest')).digest, root.digest)
  const pushes = target.acts.filter(act => act.startsWith('push'))
  assert.is(new Set(pushes).size, pushes.length)
  assert.equal(target.acts.slice(-3), [`push ${root.digest}`, `tag 1.0 ${root.digest}`, `tag latest ${root.digest}`])
})

test('a second copy sends nothing, and looks at the root alone', async ({ from, to }) => {
  const { root } = await sampleIndex(from)
  await copy({ from, to, root })
  const target = told(to)
  const seen: CopyProgress[] = []
  await copy({ from, to: target, root, progress: one => seen.push(one) })
  assert.equal(target.acts, [`has ${root.digest}`])
  assert.equal(seen.at(-1), { total: root.size, done: 0, skipped: root.size })
})

test('progress counts every byte once', async ({ from, to }) => {
  const { root, images } = await sampleIndex(from)
  await copy({ from, to, root: images[0] as OciDescriptor })
  const seen: CopyProgress[] = []
  await copy({ from, to, root, progress: one => seen.push(one) })
  const last = seen.at(-1) as CopyProgress
  assert.is(last.done + last.skipped, last.total)
  assert.is(last.skipped, (images[0]?.size ?? 0) + 'shared'.length)
  for (const [before, after] of seen.slice(1).map((one, at) => [seen[at] as CopyProgress, one] as const)) assert.ok(after.total >= before.total)
})

test('whatever fails, no tag is left, and the next run finishes with what is missing', async ({ folder, from }) => {
  const { root } = await sampleIndex(from)
  let number = 0
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 21 }), fc.integer({ min: 1, max: 5 }), async (at, concurrency) => {
    const to = layoutIn(join(folder, `to-${number += 1}`))
    let count = 0
    const failing = told(to, act => {
      if (act !== 'has' && (count += 1) === at) throw new ReleaseError('Cannot push it: the connection was reset', { code: 'NETWORK' })
    })
    const error = await errorOf(copy({ from, to: failing, root, tags: ['1'], concurrency }))
    assert.is(error.code, 'NETWORK')
    assert.match(error.message, /^Cannot copy sha256:\w+: writing to the layout in .*: Cannot push it: the connection was reset$/)
    await errorOf(to.resolve('1'))
    const sent = new Set(failing.acts.filter(act => act.startsWith('push')))
    const again = told(to)
    await copy({ from, to: again, root, tags: ['1'], concurrency })
    assert.is(again.acts.filter(act => sent.has(act)).length, 0)
    assert.ok(await isWhole(to, await to.resolve('1')))
  }), { numRuns: 15, examples: [[1, 1], [17, 2]] })
})

test('a source that fails is named, whatever the other side makes of it', async ({ from, to }) => {
  const { root } = await sampleIndex(from)
  const broken: Source = { ...from, open: descriptor => (async function* () {
    if (descriptor.mediaType === mediaTypes.gzipLayer) throw new ReleaseError('Cannot read a blob: it was cut', { code: 'NETWORK' })
    yield* from.open(descriptor)
  })() }
  const puzzled: Store = { ...to, push: async (one, open) => {
    try { await to.push(one, open) } catch { throw new ReleaseError('Cannot push: the body ended', { code: 'REGISTRY' }) }
  } }
  const error = await errorOf(copy({ from: broken, to: puzzled, root }))
  assert.match(error.message, /: reading from the layout in .*from: Cannot read a blob: it was cut$/)
})

test('a damaged blob of the cache is told so that it can be made again', async ({ to }) => {
  const store = memoryStore()
  const from = contentStore(store.content, 'the cache')
  const root = await addImage(from, { layers: ['a layer'] })
  store.blobs.set(digestOf('a layer'), Buffer.from('A layer'))
  const error = await errorOf(copy({ from, to, root }))
  assert.is(error.code, 'CONTENT')
  assert.is((error.cause as Damage).damaged.digest, digestOf('a layer'))
  await store.close()
})

test('only so many things happen at once, and waiting for parts takes no place', async ({ from, to }) => {
  const images = await Promise.all(Array.from({ length: 12 }, (_, at) => addImage(from, { layers: [`layer ${at}`] })))
  let root = await addIndex(from, images)
  for (let depth = 0; depth < 5; depth += 1) root = await addIndex(from, [root])
  let now = 0
  let most = 0
  const target: Store = { ...to, push: async (one, open) => {
    most = Math.max(most, now += 1)
    await delay(1)
    await to.push(one, open)
    now -= 1
  } }
  await copy({ from, to: target, root, concurrency: 2 })
  assert.is(most, 2)
  assert.ok(await isWhole(to, root))
})

test('an abort ends it with its reason', async ({ from, to }) => {
  const { root } = await sampleIndex(from)
  const stop = new AbortController()
  const target = told(to, act => { if (act === 'push') stop.abort(new Error('stopped by Ctrl-C')) })
  const error: unknown = await copy({ from, to: target, root, tags: ['1'], signal: stop.signal, concurrency: 1 }).catch((thrown: unknown) => thrown)
  assert.is((error as Error).message, 'stopped by Ctrl-C')
  await errorOf(to.resolve('1'))
})

test('fewer platforms make another index, with the attestations of those that stay', async ({ from, to }) => {
  const { root, images, attestations } = await sampleIndex(from)
  const made = await copy({ from, to, root, platforms: [linux('arm64'), linux('arm', 'v8')], tags: ['few'] })
  const index = (await readManifest(to, made)).manifest as Index
  assert.equal(index.manifests.map(({ digest }) => digest), [images[1], images[2], attestations[1], attestations[2]].map(one => one?.digest))
  assert.equal(index.annotations, { title: 'sample' })
  assert.ok(await isWhole(to, made))
  assert.not(await to.has(images[0] as OciDescriptor))
  assert.equal(await copy({ from, to, root, platforms: [linux('amd64'), linux('arm64'), linux('arm', 'v7')] }), root)
})

test('a platform in a nested index is found, one that is nowhere is an error that names those that are', async ({ from, to }) => {
  const { root } = await sampleIndex(from)
  const outer = await addIndex(from, [root, await addImage(from, { platform: linux('s390x'), layers: ['z'] })])
  const made = await copy({ from, to, root: outer, platforms: [linux('amd64')] })
  const index = (await readManifest(to, made)).manifest as Index
  assert.is(index.manifests.length, 1)
  assert.not.equal(index.manifests[0]?.digest, root.digest)
  const error = await errorOf(copy({ from, to, root: outer, platforms: [linux('amd64'), linux('riscv64')] }))
  assert.is(error.code, 'IMAGE')
  assert.match(error.message, /^Cannot copy sha256:\w+ from .* for linux\/riscv64: it has linux\/s390x, linux\/amd64, linux\/arm64, linux\/arm\/v7$/)
})

test('signatures, SBOMs and their own signatures come along when asked for, though the image is there', async ({ from, to }) => {
  const { root, images } = await sampleIndex(from)
  const sbom = await addImage(from, { subject: bare(images[0] as OciDescriptor), artifactType: 'application/sbom', layers: ['sbom'] })
  const signature = await addImage(from, { subject: bare(sbom), artifactType: 'application/signature', layers: ['signature'] })
  const onIndex = await addImage(from, { subject: bare(root), artifactType: 'application/signature', layers: ['signature of the index'] })
  const legacy = await addImage(from, { layers: ['old signature'] })
  const name = `${root.digest.replace(':', '-')}.sig`
  await from.tag(legacy, name)
  await copy({ from, to, root })
  for (const one of [sbom, signature, onIndex, legacy]) assert.not(await to.has(one))
  const attached: string[] = []
  await copy({ from, to: { ...to, attach: async ({ digest }) => { attached.push(digest) } }, root, referrers: true, tags: ['1'] })
  for (const one of [sbom, signature, onIndex, legacy]) assert.ok(await isWhole(to, one))
  assert.is((await to.resolve(name)).digest, legacy.digest)
  assert.equal(attached.sort(), [sbom, signature, onIndex].map(({ digest }) => digest).sort())
  assert.equal((await to.referrers?.(root))?.map(({ digest }) => digest), [onIndex.digest])
})

test('what a run that was killed pushed but did not attach is attached by the next', async ({ from, to }) => {
  const image = await addImage(from)
  const signature = await addImage(from, { subject: bare(image), artifactType: 'application/signature', layers: ['signature'] })
  const attached: string[] = []
  const target = { ...to, attach: async ({ digest }: OciDescriptor) => { attached.push(digest) } }
  await copy({ from, to, root: image, referrers: true })
  await copy({ from, to: target, root: image, referrers: true })
  await copy({ from, to: target, root: signature })
  assert.equal(attached, [signature.digest, signature.digest])
})

test('a deep copy puts right what is missing below', async ({ folder, from, to }) => {
  const { root } = await sampleIndex(from)
  await copy({ from, to, root })
  await rm(join(folder, 'to/blobs/sha256', digestOf('shared').slice(7)))
  await copy({ from, to, root })
  await errorOf(isWhole(to, root))
  await copy({ from, to, root, deep: true })
  assert.ok(await isWhole(to, root))
})

test('foreign layers stay where they are', async ({ from, to }) => {
  const config = await addBlob(from, mediaTypes.config, '{}')
  const layer = { mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', digest: digestOf('elsewhere'), size: 9, urls: ['https://example.com/layer'] }
  const root = await addBlob(from, mediaTypes.dockerManifest, JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.dockerManifest, config: bare(config), layers: [layer] }))
  await copy({ from, to, root })
  assert.ok(await to.has(root))
})

test('indexes nested without end are refused', async ({ from, to }) => {
  let root = await addImage(from)
  for (let depth = 0; depth < 9; depth += 1) root = await addIndex(from, [root])
  const error = await errorOf(copy({ from, to, root }))
  assert.match(error.message, /it lies more than 8 indexes deep$/)
})

test('what a copy leaves in a layout is the same every time', async ({ folder, from, to }) => {
  const { root } = await sampleIndex(from)
  await copy({ from, to, root, tags: ['b', 'a'] })
  const other = layoutIn(join(folder, 'other'))
  await copy({ from, to: other, root, tags: ['a', 'b'], concurrency: 1 })
  assert.is(await readFile(join(folder, 'to/index.json'), 'utf8'), await readFile(join(folder, 'other/index.json'), 'utf8'))
})

test.run()

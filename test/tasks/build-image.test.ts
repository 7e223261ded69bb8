import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Index, Manifest } from '../../lib/oci/manifest.ts'
import type { ImageConfig } from '../../lib/oci/image-config.ts'
import type { Step } from '../../lib/graph/step.ts'
import { keyOf } from '../../lib/graph/key.ts'
import { closureOf } from '../../lib/graph/step.ts'
import type { LockedBase, UnlockedBase } from '../../lib/values/base.ts'
import type { Descriptor } from '../../lib/values/descriptor.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import type { Image } from '../../lib/values/image.ts'
import { hashFile } from '../../lib/clients/hash-file.ts'
import { directory } from '../../lib/destinations/directory.ts'
import { ociRegistry } from '../../lib/destinations/oci-registry.ts'
import { buildImage, type ImageOptions } from '../../tasks/build-image.ts'
import { publish, send } from '../../tasks/publish.ts'
import { source } from '../../tasks/source.ts'
import { failure, graphFixture, made, type GraphFixture } from '../support/graph-fixture.ts'
import { releaseValue } from '../support/release-value.ts'
import { staticBaseValue } from '../support/static-base.ts'
import { toyBinary } from '../support/toy-binary.ts'
import { thrown } from '../support/thrown.ts'

interface Context {
  graph: GraphFixture
  image(options?: Partial<ImageOptions>): Step<Image>
  json<T>(descriptor: Descriptor): Promise<T>
  /** Manifest and configuration for one platform of what a step makes. */
  first(step: Step<Image>): Promise<{ readonly manifest: Manifest; readonly config: ImageConfig }>
}

const test = suite<Context>('buildImage')
const { version, project } = releaseValue()
const base = staticBaseValue()
const linux = (['linux/amd64', 'linux/arm64', 'linux/arm/v7', 'darwin/arm64', 'windows/amd64'] as const).map(target => toyBinary({ target }))

test.before.each(async context => {
  const graph = await graphFixture()
  const json = async <T>(descriptor: Descriptor): Promise<T> => JSON.parse((await graph.bytes(descriptor)).toString()) as T
  Object.assign(context, {
    graph, json,
    image: (options: Partial<ImageOptions> = {}) => buildImage({ base, binaries: linux, version, project, ...options }),
    first: async (step: Step<Image>) => {
      const { manifests: [one] } = await json<Index>(made(await graph.run([step]), step))
      const manifest = await json<Manifest>(one as Descriptor)
      return { manifest, config: await json<ImageConfig>(manifest.config) }
    },
  })
})
test.after.each(({ graph }) => graph.close())

test('composing names everything: repository, tag, platforms of Linux', ({ image }) => {
  const { outline } = image()
  assert.is(outline.name, 'gateway:1.2.3-static')
  assert.is(outline.tag, '1.2.3-static')
  assert.equal(outline.platforms, ['linux/amd64', 'linux/arm64', 'linux/arm/v7'])
  assert.is(image({ name: 'api', version: { ...version, semver: '1.2.3-rc.1+build.5' } }).outline.name, 'api:1.2.3-rc.1_build.5-static')
})

test('an index has a manifest for each platform, spelled as images do', async ({ graph, image, json }) => {
  const step = image()
  const index = await json<Index>(made(await graph.run([step]), step))
  assert.is(index.mediaType, 'application/vnd.oci.image.index.v1+json')
  assert.equal(index.manifests.map(({ platform }) => platform), [
    { os: 'linux', architecture: 'amd64' }, { os: 'linux', architecture: 'arm64' }, { os: 'linux', architecture: 'arm', variant: 'v7' },
  ])
})

test('the program is the entrypoint, and what is said of containers is there', async ({ image, first }) => {
  const { config } = await first(image({
    cmd: ['serve'], user: 'nonroot', ports: [8080, '53/udp'], env: { A: '1' }, labels: { team: 'x' }, volumes: ['/var/lib/x'], workingDir: '/tmp',
    stopSignal: 'SIGQUIT', healthcheck: { test: ['CMD', '/usr/local/bin/gateway', 'health'], interval: 30, retries: 2 },
  }))
  const { Labels, ...container } = config.config ?? {}
  assert.equal(container, {
    User: 'nonroot', ExposedPorts: { '53/udp': {}, '8080/tcp': {} },
    Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt', 'A=1'],
    Entrypoint: ['/usr/local/bin/gateway'], Cmd: ['serve'], Volumes: { '/var/lib/x': {} }, WorkingDir: '/tmp', StopSignal: 'SIGQUIT',
    Healthcheck: { Test: ['CMD', '/usr/local/bin/gateway', 'health'], Interval: 30e9, Retries: 2 },
  })
  assert.is(Labels?.['team'], 'x')
  assert.is(Labels?.['org.opencontainers.image.version'], '1.2.3')
  assert.is(config.created, version.date)
})

test('annotations stand on index, manifest and configuration; the source is that of the module', async ({ graph, image, json, first }) => {
  const step = image({ project: { ...project, module: 'github.com/example/gateway/v2', license: 'MIT' }, description: 'A gateway' })
  const wanted = {
    'org.opencontainers.image.created': version.date, 'org.opencontainers.image.description': 'A gateway', 'org.opencontainers.image.licenses': 'MIT',
    'org.opencontainers.image.revision': version.commit, 'org.opencontainers.image.source': 'https://github.com/example/gateway',
    'org.opencontainers.image.title': 'gateway', 'org.opencontainers.image.version': '1.2.3',
  }
  const { manifest, config } = await first(step)
  assert.equal((await json<Index>(made(await graph.run([step]), step))).annotations, wanted)
  assert.equal(manifest.annotations, wanted)
  assert.equal(config.config?.Labels, wanted)
})

test('layers are those of base and binary; diff ids are as many', async ({ image, first }) => {
  const { manifest, config } = await first(image())
  assert.is(manifest.layers.length, 2)
  assert.is(config.rootfs.diff_ids.length, 2)
  assert.is(config.history?.length, 2)
})

test('files of the project come in a layer of their own', async ({ graph, image, first }) => {
  await mkdir(join(graph.project, 'etc'))
  await writeFile(join(graph.project, 'etc', 'gateway.json'), '{}')
  const { manifest } = await first(image({ files: [{ glob: 'etc/gateway.json', to: '/etc/gateway' }], source: source({ folder: graph.project }) }))
  assert.is(manifest.layers.length, 3)
})

test('the same twice is the same bytes, and nothing is made the second time', async ({ graph, image }) => {
  const step = image()
  const before = made(await graph.run([step]), step)
  const again = await graph.run([image()])
  assert.is(made(again, step).digest, before.digest)
  assert.equal([...again.values()].map(({ state }) => state).filter(state => state !== 'cached'), [])
  const fresh = await graphFixture()
  try {
    assert.is(made(await fresh.run([step]), step).digest, before.digest)
  } finally {
    await fresh.close()
  }
})

test('a layer that was damaged in the cache is made again where it is used', async ({ graph, image, first }) => {
  const step = image({ platforms: ['linux/amd64'] })
  const layer = (await first(step)).manifest.layers.at(-1) as Descriptor
  await graph.flip(layer)
  const end = publish(send(directory(), step))
  made(await graph.run([end], { release: releaseValue() }), end)
  assert.ok(graph.notices().some(line => line.includes(layer.digest.slice(0, 19))))
  const file = join(graph.project, 'dist', 'images', 'gateway', 'blobs', 'sha256', layer.digest.slice(7))
  assert.is((await hashFile(file)).digest, layer.digest)
})

test('a directory gets one OCI layout for all images of a repository, each blob once', async ({ graph, image }) => {
  const images = [image(), image({ base: { ...base, distro: 'other' } })]
  const end = publish(send(directory(), images))
  made(await graph.run([end], { release: releaseValue() }), end)
  const layout = join(graph.project, 'dist', 'images', 'gateway')
  const index = JSON.parse(await readFile(join(layout, 'index.json'), 'utf8')) as Index
  assert.equal(index.manifests.map(({ annotations }) => annotations?.['org.opencontainers.image.ref.name']), ['1.2.3-other', '1.2.3-static'])
  assert.equal(JSON.parse(await readFile(join(layout, 'oci-layout'), 'utf8')), { imageLayoutVersion: '1.0.0' })
  for (const name of await readdir(join(layout, 'blobs', 'sha256'))) assert.is((await hashFile(join(layout, 'blobs', 'sha256', name))).digest, `sha256:${name}`)
  const record = JSON.parse(await readFile(join(graph.project, 'dist', 'release.json'), 'utf8')) as { artifacts: readonly { image?: { tag: string } }[] }
  assert.equal(record.artifacts.map(one => one.image?.tag), ['1.2.3-other', '1.2.3-static'])
})

test('one platform only, where that is named', ({ image }) => {
  assert.equal(image({ platforms: ['linux/arm64'] }).outline.platforms, ['linux/arm64'])
  assert.match(thrown(() => image({ platforms: ['linux/s390x'] })).message, /no binary is made for it/)
})

const manifest: Descriptor = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: `sha256:${'1'.repeat(64)}`, size: 1 }
const locked: LockedBase = {
  kind: 'base', from: 'registry', distro: 'ubi', reference: 'registry.example/ubi:9', digest: manifest.digest, platforms: { 'linux/amd64': manifest },
  place: { environment: {}, mirrors: { 'registry.example': ['127.0.0.1:1'] } },
}

test('a platform that the base lacks is left out with its reason; one that is named is refused', ({ image }) => {
  const { outline } = image({ base: locked })
  assert.equal(outline.platforms, ['linux/amd64'])
  assert.equal(outline.absent.map(({ reason }) => reason), ['registry.example/ubi:9 has no linux/arm64', 'registry.example/ubi:9 has no linux/arm/v7'])
  const error = thrown(() => image({ base: locked, platforms: ['linux/amd64', 'linux/arm64'] }))
  assert.is(error.message, 'Cannot make an image for linux/arm64: registry.example/ubi:9 has no linux/arm64')
  assert.is(error.code, 'IMAGE')
  assert.match(error.hint ?? '', /linux\/amd64/)
})

test('a base that is not locked is skipped, in a plan too, and fails where nothing may be skipped', async ({ graph, image }) => {
  const unlocked: UnlockedBase = { kind: 'base', from: 'nowhere', distro: 'alpine', reference: 'docker.io/library/alpine:3', reason: 'docker.io/library/alpine:3 is not locked', place: locked.place }
  const step = image({ base: unlocked })
  for (const outcomes of [await graph.plan([step]), await graph.run([step])]) {
    assert.equal(outcomes.get(step.recipe), { state: 'skipped', reason: unlocked.reason })
  }
  const strict = await graph.run([step], { strict: true })
  const basis = closureOf([step]).find(({ outline }) => outline.kind === 'base') as Step
  assert.match(failure(strict, basis).message, /is not locked/)
})

test('a registry that cannot be reached is skipped, in a plan too, and says which', async ({ graph, image }) => {
  const step = image({ base: { ...locked, reference: '127.0.0.1:1/ubi:9', place: { environment: {}, mirrors: {} } } })
  for (const outcomes of [await graph.plan([step]), await graph.run([step])]) {
    const outcome = outcomes.get(step.recipe)
    assert.is(outcome?.state, 'skipped')
    assert.match((outcome as { reason: string }).reason, /127\.0\.0\.1:1/)
  }
})

test('a base that has none of the platforms is like one that cannot be had', async ({ graph, image }) => {
  const step = image({ base: { ...locked, platforms: { 'linux/s390x': manifest } } })
  const outcome = (await graph.plan([step])).get(step.recipe)
  assert.equal(outcome, { state: 'skipped', reason: 'registry.example/ubi:9 has none of linux/amd64, linux/arm64, linux/arm/v7' })
})

test('an image that lost a platform on the way is skipped, not smaller', async ({ graph, image }) => {
  const away = { ...locked, reference: '127.0.0.1:1/ubi:9', platforms: { 'linux/amd64': manifest, 'linux/arm64': { ...manifest, digest: `sha256:${'2'.repeat(64)}` as const } } }
  const step = image({ base: away })
  const here = closureOf([step]).find(({ outline }) => outline.kind === 'base')
  // What a run that was stopped has left: one of the platforms was fetched.
  const fetched = here && 'revision' in here.definition ? keyOf(here, here.definition, here.input, { value: null, reads: [] }) : undefined
  assert.ok(fetched)
  const whole = image()
  const outcomesBefore = await graph.run([whole])
  const { mediaType, digest, size } = made(outcomesBefore, closureOf([whole]).find(({ outline }) => outline.kind === 'base') as Step)
  await graph.cache.records.keep(fetched, { mediaType, digest, size })
  const outcomes = await graph.run([step])
  assert.is(outcomes.get(here?.recipe ?? manifest.digest)?.state, 'cached')
  assert.is(outcomes.get(step.recipe)?.state, 'skipped')
})

test('what is called alike, or lies in one place, is refused before anything is made', ({ image }) => {
  const one = ociRegistry('127.0.0.1:1/example/gateway')
  assert.match(thrown(() => publish(send(one, image({ name: 'api' }), image({ name: 'worker' })))).message, /two artifacts are called 127\.0\.0\.1:1\/example\/gateway:1\.2\.3-static/)
})

const wrong: readonly (readonly [name: string, options: Partial<ImageOptions>, message: RegExp])[] = [
  ['no program for Linux', { binaries: [toyBinary({ target: 'darwin/arm64' })] }, /it has no program for Linux/],
  ['a level that is none', { level: 12 }, /no level 12/],
  ['a folder that is relative', { folder: 'bin' }, /no absolute path/],
  ['a user that is none', { user: 'a b' }, /it is no user/],
  ['a name that leads away', { name: '../../escaped' }, /no registry takes that name/],
  ['a name in capitals', { name: 'Gateway' }, /no registry takes that name/],
  ['no platform', { platforms: [] }, /it is for no platform/],
  ['a platform twice', { binaries: [toyBinary({ target: 'linux/arm' }), toyBinary({ target: 'linux/arm/v7' })] }, /both are linux\/arm\/v7/],
  ['two programs of one name', { binaries: [toyBinary({ text: 'a' }), toyBinary({ text: 'b' })] }, /two programs in it are called gateway/],
  ['a health check that is none', { healthcheck: { test: [] } }, /does not say how it is run/],
  ['a signal that is none', { stopSignal: 'NOPE' }, /it is no signal/],
  ['a port that is none', { ports: [0] }, /port/],
]
for (const [name, options, message] of wrong) {
  test(`refused before anything is made: ${name}`, ({ image }) => {
    assert.match(thrown(() => image(options)).message, message)
  })
}

test('an entrypoint that is not in the image, and a user that the base lacks', async ({ graph, image }) => {
  for (const [options, message] of [
    [{ entrypoint: ['/bin/sh', '-c', 'true'] }, /\/bin\/sh/], [{ user: 'gateway' }, /gateway/],
  ] as const) {
    const step = image({ ...options, platforms: ['linux/amd64'] })
    const outcomes = await graph.run([step])
    const failing = closureOf([step]).find(({ outline }) => outline.kind === 'platform-image') as Step
    const error = failure(outcomes, failing) as ReleaseError
    assert.is(error.code, 'IMAGE')
    assert.match(error.message, message)
  }
})

test.run()

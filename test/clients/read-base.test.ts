import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createExec } from '../../lib/clients/exec.ts'
import { readBase, type ReadBase } from '../../lib/clients/read-base.ts'
import { mediaTypes } from '../../lib/oci/media-types.ts'
import type { OciDescriptor } from '../../lib/oci/descriptor.ts'
import { errorOf } from '../oci/support/open-registry.ts'
import { startFakeRegistry, type FakeRegistry } from '../support/fake-registry.ts'
import type { FakeRegistryOptions } from '../support/registry/options.ts'
import { addBase, addBaseIndex, addBlob, addManifest } from '../support/sample-base.ts'

interface Context {
  start(options?: FakeRegistryOptions): Promise<FakeRegistry>
}

const test = suite<Context>('readBase')
const started = new Set<FakeRegistry>()
const { signal } = new AbortController()
const exec = createExec({ environment: {}, signal, cwd: '.' })

test.before.each(context => {
  context.start = async options => {
    const registry = await startFakeRegistry(options)
    started.add(registry)
    return registry
  }
})
test.after.each(async () => {
  for (const registry of started) await registry.close()
  started.clear()
})

const read = ({ host }: Pick<FakeRegistry, 'host'>, name = 'app:1', environment: Readonly<Record<string, string>> = {}): Promise<ReadBase> =>
  readBase(`${host}/${name}`, { environment, exec, signal, tries: 1 })

const bare = ({ mediaType, digest, size }: OciDescriptor): OciDescriptor => ({ mediaType, digest, size })
const linux = (architecture: string, variant?: string) => ({ os: 'linux', architecture, ...variant !== undefined && { variant } })
const unknown = { os: 'unknown', architecture: 'unknown' }

test('an index: its digest, its platforms in their one form, when it was made, how large', async ({ start }) => {
  const registry = await start()
  const app = registry.repository('app')
  const [amd, arm, v7] = [await addBase(app), await addBase(app, { platform: linux('arm64', 'v8') }), await addBase(app, { platform: linux('arm', 'v7') })]
  const attestation = { ...await addBase(app, { platform: unknown }), annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } }
  const windows = await addBase(app, { platform: { os: 'windows', architecture: 'amd64' } })
  const root = addBaseIndex(app, [amd, attestation, arm, windows, v7])
  app.tags.set('1', root.digest)
  const { image, size } = await read(registry)
  assert.equal(image, {
    ...root, created: '2026-11-01T00:00:00Z', platforms: { 'linux/amd64': bare(amd), 'linux/arm64': bare(arm), 'linux/arm/v7': bare(v7) },
  })
  const { config, layers } = JSON.parse(app.manifests.get(amd.digest)?.bytes.toString() ?? '') as { config: OciDescriptor, layers: OciDescriptor[] }
  assert.is(size, config.size + layers.reduce((sum, layer) => sum + layer.size, 0))
})

test('one manifest: the platform of its configuration', async ({ start }) => {
  const registry = await start()
  const root = await addBase(registry.repository('app'), { platform: linux('arm64', 'v8'), created: '2026-01-01T00:00:00Z' })
  registry.repository('app').tags.set('1', root.digest)
  assert.equal((await read(registry)).image, { ...bare(root), created: '2026-01-01T00:00:00Z', platforms: { 'linux/arm64': bare(root) } })
})

test('Docker\'s list and manifests, as they are called', async ({ start }) => {
  const registry = await start()
  const app = registry.repository('app')
  const root = addBaseIndex(app, [await addBase(app, { docker: true }), await addBase(app, { docker: true, platform: linux('s390x') })], mediaTypes.dockerList)
  app.tags.set('1', root.digest)
  const { image } = await read(registry)
  assert.is(image.mediaType, mediaTypes.dockerList)
  const types = Object.fromEntries(Object.entries(image.platforms).map(([platform, { mediaType }]) => [platform, mediaType]))
  assert.equal(types, { 'linux/amd64': mediaTypes.dockerManifest, 'linux/s390x': mediaTypes.dockerManifest })
})

test('an index in an index is looked into; of one platform the first counts', async ({ start }) => {
  const registry = await start()
  const app = registry.repository('app')
  const [first, second, arm] = [await addBase(app), await addBase(app, { created: '2020-01-01T00:00:00Z' }), await addBase(app, { platform: linux('arm64') })]
  const root = addBaseIndex(app, [addBaseIndex(app, [first, arm]), second])
  app.tags.set('1', root.digest)
  assert.equal((await read(registry)).image.platforms, { 'linux/amd64': bare(first), 'linux/arm64': bare(arm) })
})

test('a digest is taken as it is named, and no tag is asked for', async ({ start }) => {
  const registry = await start()
  const root = await addBase(registry.repository('app'))
  assert.is((await read(registry, `app:9@${root.digest}`)).image.digest, root.digest)
  assert.equal(registry.requests.filter(({ path }) => path.includes('/9')), [])
})

type Prepare = (registry: FakeRegistry) => Promise<OciDescriptor> | OciDescriptor
const refused: readonly (readonly [why: string, code: string, message: RegExp, prepare: Prepare])[] = [
  ['no image for Linux', 'IMAGE', /its index has no image for Linux$/, async registry => {
    const app = registry.repository('app')
    return addBaseIndex(app, [await addBase(app, { platform: { os: 'windows', architecture: 'amd64' } }), await addBase(app, { platform: unknown })])
  }],
  ['an empty index', 'IMAGE', /its index has no image for Linux$/, registry => addBaseIndex(registry.repository('app'), [])],
  ['indexes without an end', 'IMAGE', /more than 4 deep$/, async registry => {
    const app = registry.repository('app')
    let root = addBaseIndex(app, [await addBase(app)])
    for (let depth = 0; depth < 5; depth += 1) root = addBaseIndex(app, [root])
    return root
  }],
  ['schema 1', 'IMAGE', /Docker schema 1/, registry => addManifest(registry.repository('app'), mediaTypes.dockerManifest, { schemaVersion: 1, fsLayers: [] })],
  ['HTML in place of a manifest', 'REGISTRY', /it is an HTML page/, registry => addManifest(registry.repository('app'), mediaTypes.manifest, '<html>log in</html>')],
  ['a configuration that is none', 'REGISTRY', /it is no JSON/, registry => {
    const app = registry.repository('app')
    return addManifest(app, mediaTypes.manifest, { schemaVersion: 2, mediaType: mediaTypes.manifest, layers: [], config: addBlob(app, mediaTypes.config, 'x') })
  }],
  ['a configuration as large as a disk', 'CONTENT', /it has more than 4\.0 MiB/, registry => {
    const app = registry.repository('app')
    const config = { ...addBlob(app, mediaTypes.config, '{}'), size: 2 ** 40 }
    return addManifest(app, mediaTypes.manifest, { schemaVersion: 2, mediaType: mediaTypes.manifest, layers: [], config })
  }],
  ['an entry whose size is a lie', 'CONTENT', /bytes, not 1$/, async registry => {
    const app = registry.repository('app')
    return addBaseIndex(app, [{ ...await addBase(app), size: 1 }])
  }],
]
for (const [why, code, message, prepare] of refused) {
  test(`refused: ${why}`, async ({ start }) => {
    const registry = await start()
    registry.repository('app').tags.set('1', (await prepare(registry)).digest)
    const error = await errorOf(read(registry))
    assert.is(error.code, code, error.message)
    assert.match(error.message, message)
    assert.ok(error.hint)
  })
}

test('what is not there, who does not answer, and who answers with a page', async ({ start }) => {
  assert.match((await errorOf(read(await start()))).message, /^Cannot find 1 in 127\.0\.0\.1:\d+\/app: it answers 404/)
  const nobody = await errorOf(read({ host: '127.0.0.1:1' }))
  assert.is(nobody.code, 'NETWORK')
  assert.match(nobody.message, /127\.0\.0\.1:1/)
  const page = await errorOf(read(await start({ instead: () => ({ status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }) })))
  assert.is(page.code, 'REGISTRY')
  assert.match(page.message, /text\/html/)
})

test('a wrong password names the variable it comes from, and is nowhere in the error', async ({ start }) => {
  const registry = await start({ auth: { kind: 'basic', users: { robot: 'sesame' } } })
  const name = `SLIPWAY_REGISTRY_${registry.host.replaceAll(/\W/g, '_')}`
  const error = await errorOf(read(registry, 'app:1', { [`${name}_USERNAME`]: 'robot', [`${name}_PASSWORD`]: 'wr0ng' }))
  assert.is(error.code, 'CREDENTIALS')
  assert.ok(error.message.includes(`refuses the credential from ${name}_PASSWORD`), error.message)
  for (const secret of ['wr0ng', Buffer.from('robot:wr0ng').toString('base64')]) assert.not.ok(`${error.message} ${error.hint}`.includes(secret))
})

test.run()

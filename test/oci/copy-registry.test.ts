import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createHttp } from '../../lib/clients/http.ts'
import { copy } from '../../lib/oci/copy.ts'
import type { OciDescriptor } from '../../lib/oci/descriptor.ts'
import { layoutIn } from '../../lib/oci/layout.ts'
import { registry, type Registry } from '../../lib/oci/registry/registry.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import { startFakeRegistry, type FakeRegistry } from '../support/fake-registry.ts'
import type { FakeRegistryOptions } from '../support/registry/options.ts'
import { addImage, addIndex } from './support/sample-images.ts'

interface Context {
  folder: string
  registries: FakeRegistry[]
  start(options?: FakeRegistryOptions): Promise<FakeRegistry>
}

const test = suite<Context>('copy between registries')

test.before.each(async context => {
  context.folder = await mkdtemp(join(tmpdir(), 'copy-'))
  context.registries = []
  context.start = async options => {
    const started = await startFakeRegistry(options)
    context.registries.push(started)
    return started
  }
})
test.after.each(async ({ folder, registries }) => {
  await Promise.all(registries.map(one => one.close()))
  await rm(folder, { recursive: true, force: true })
})

const open = ({ host }: FakeRegistry, repository: string): Registry =>
  registry({ http: createHttp({ environment: {} }), host, repository, credentials: async () => undefined, sleep: async () => {} })
const bare = ({ mediaType, digest, size }: OciDescriptor): OciDescriptor => ({ mediaType, digest, size })

async function signedIndex(folder: string): Promise<{ root: OciDescriptor; images: readonly OciDescriptor[]; signatures: readonly OciDescriptor[]; layout: ReturnType<typeof layoutIn> }> {
  const layout = layoutIn(join(folder, 'layout'))
  const images = await Promise.all(['amd64', 'arm64'].map(architecture => addImage(layout, { platform: { os: 'linux', architecture }, layers: ['shared', architecture] })))
  const root = await addIndex(layout, images)
  const signatures = await Promise.all([root, ...images].map(one => addImage(layout, { subject: bare(one), artifactType: 'application/signature', layers: [`signed ${one.digest}`] })))
  return { layout, root, images, signatures }
}

for (const [first, second] of [[false, true], [true, false], [false, false]] as const) {
  test(`signatures go from a registry ${first ? 'with' : 'without'} referrers to one ${second ? 'with' : 'without'}, and into a layout`, async ({ folder, start }) => {
    const { layout, root, images, signatures } = await signedIndex(folder)
    const [one, two] = [open(await start({ referrers: first }), 'app'), open(await start({ referrers: second }), 'app')]
    await copy({ from: layout, to: one, root, referrers: true, tags: ['1'] })
    await copy({ from: one, to: two, root: await one.resolve('1'), referrers: true, tags: ['1'] })
    const back = layoutIn(join(folder, 'back'))
    await copy({ from: two, to: back, root: await two.resolve('1'), referrers: true, tags: ['1'] })
    for (const store of [one, two, back]) {
      assert.equal(await store.resolve('1'), bare(root))
      for (const [at, subject] of [root, ...images].entries()) {
        assert.equal((await store.referrers?.(subject))?.map(({ digest, artifactType }) => [digest, artifactType]), [[signatures[at]?.digest, 'application/signature']])
      }
    }
  })
}

test('a blob that the registry has in another repository is not sent', async ({ folder, start }) => {
  const { layout, root } = await signedIndex(folder)
  const fake = await start()
  await copy({ from: layout, to: open(fake, 'first'), root })
  const before = fake.requests.length
  const seen: unknown[] = []
  await copy({ from: open(fake, 'first'), to: open(fake, 'second'), root, tags: ['1'], progress: one => seen.push(one) })
  const later = fake.requests.slice(before).map(({ line }) => line)
  assert.is(later.filter(line => line.startsWith('POST') && !line.includes('mount=')).length, 0)
  assert.is(later.filter(line => /^GET .*\/blobs\//.test(line)).length, 0)
  const { total, done, skipped } = seen.at(-1) as { total: number; done: number; skipped: number }
  assert.is(done + skipped, total)
})

test('a registry that is not well is no registry without signatures', async ({ folder, start }) => {
  const { layout, root } = await signedIndex(folder)
  let ill = false
  const fake = await start({ instead: request => ill && request.url?.endsWith('.sig') ? { status: 500 } : undefined })
  const from = open(fake, 'app')
  await copy({ from: layout, to: from, root })
  ill = true
  const error: unknown = await copy({ from, to: layoutIn(join(folder, 'to')), root, referrers: true, tags: ['1'] }).catch((thrown: unknown) => thrown)
  assert.instance(error, ReleaseError)
  assert.match((error as ReleaseError).message, /^Cannot copy sha256:\w+: reading from .*\/app: Cannot find sha256-\w+\.sig in /)
})

test.run()

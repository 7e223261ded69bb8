import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { assembleImage, type Assembly } from '../../lib/oci/assemble-image.ts'
import { decompressed } from '../../lib/oci/decompress.ts'
import type { ImageConfig } from '../../lib/oci/image-config.ts'
import { layerEntries } from '../../lib/oci/layer-entries.ts'
import { readTree } from '../../lib/oci/layer-tree.ts'
import type { Manifest } from '../../lib/oci/manifest.ts'
import { mediaTypes } from '../../lib/oci/media-types.ts'
import { readJson } from '../../lib/oci/read-json.ts'
import { storeBase } from '../../lib/oci/store-base.ts'
import { storedLayer } from '../../lib/oci/stored-layer.ts'
import type { Tree } from '../../lib/oci/tree.ts'
import type { Descriptor } from '../../lib/values/descriptor.ts'
import { digestOf } from '../../lib/values/digest.ts'
import type { LayerBlob } from '../../lib/values/image.ts'
import type { LayerContent, StoredEntry } from '../../lib/values/layer-content.ts'
import { collect } from '../formats/support/collect.ts'
import { memoryStore, type MemoryStore } from '../support/memory-store.ts'
import { errorOf } from './support/open-registry.ts'
import { tarLayer, type RawMember } from './support/tar-layer.ts'

interface Context {
  memory: MemoryStore
  /** A base of one layer, gzip not needed. */
  base(members: readonly RawMember[], container?: object): Promise<Descriptor>
  layer(files: Readonly<Record<string, string>>): Promise<{ readonly descriptor: Descriptor; readonly blob: LayerBlob }>
  assemble(changes: Partial<Assembly> & Pick<Assembly, 'base' | 'layers'>): Promise<{ readonly manifest: Manifest; readonly config: ImageConfig; readonly tree: Tree }>
}

const test = suite<Context>('assembleImage')
const packing = { date: '2026-11-21T08:51:00Z', level: 6 }

test.before.each(context => {
  const memory = memoryStore()
  const { content } = memory
  Object.assign(context, {
    memory,
    base: async (members: readonly RawMember[], container = {}) => {
      const bytes = await collect(tarLayer(members).open())
      const stored = await content.put([bytes], mediaTypes.layer)
      const config = { architecture: 'amd64', os: 'linux', config: container, rootfs: { type: 'layers', diff_ids: [digestOf(bytes)] } }
      const tree = await readTree([tarLayer(members)], { name: 'base' })
      return storeBase({ config, layers: [{ ...stored, diffId: digestOf(bytes) }], tree }, content)
    },
    layer: async (files: Readonly<Record<string, string>>) => {
      const entries: StoredEntry[] = []
      for (const [path, text] of Object.entries(files)) {
        const { digest, size } = await content.put([Buffer.from(text)], 'text/plain')
        entries.push({ path, mode: 0o755, uid: 0, gid: 0, digest, size })
      }
      const made: LayerContent = { blob: await storedLayer(entries, packing, content), entries }
      return { descriptor: await content.put([Buffer.from(JSON.stringify(made))], 'application/json'), blob: made.blob }
    },
    assemble: async (changes: Partial<Assembly> & Pick<Assembly, 'base' | 'layers'>) => {
      const described = await assembleImage({
        name: 'tool:1', target: 'linux/amd64', container: { entrypoint: ['/usr/local/bin/tool'] }, annotations: { title: 'tool' }, stands: { name: 'base' }, ...packing, ...changes,
      }, content)
      const manifest = await readJson<Manifest>(described, content)
      const sources = manifest.layers.map(layer => ({ mediaType: layer.mediaType, open: () => content.open(layer) }))
      return { manifest, config: await readJson<ImageConfig>(manifest.config, content), tree: await readTree(sources, { name: 'it' }) }
    },
  })
})
test.after.each(({ memory }) => memory.close())

const plain = ['usr/', 'usr/local/', 'usr/local/bin/'] as const

test('a base in which the folders are folders gets the layer as it is', async ({ base, layer, assemble }) => {
  const program = await layer({ 'usr/local/bin/tool': 'tool' })
  const { manifest, config } = await assemble({ base: await base(plain), layers: [program.descriptor] })
  assert.is(manifest.layers[1]?.digest, program.blob.digest)
  assert.is(config.rootfs.diff_ids[1], program.blob.diffId)
  assert.is(manifest.mediaType, mediaTypes.manifest)
  assert.equal(Object.keys(manifest.layers[1] ?? {}).sort(), ['digest', 'mediaType', 'size'])
})

test('where /usr/local/bin is a link the layer is another one, and the program is where the link leads', async ({ memory, base, layer, assemble }) => {
  const program = await layer({ 'usr/local/bin/tool': 'tool' })
  const { manifest, config, tree } = await assemble({ base: await base(['usr/', 'usr/local/', 'opt/', 'opt/tools/', 'usr/local/bin -> ../../opt/tools']), layers: [program.descriptor] })
  const own = manifest.layers[1] as Descriptor
  assert.is.not(own.digest, program.blob.digest)
  const names: string[] = []
  for await (const { name } of layerEntries({ mediaType: own.mediaType, open: () => memory.content.open(own) }, { subject: 'it', limit: 1e9 })) names.push(name)
  assert.ok(names.includes('opt/tools/tool') && !names.some(name => name.startsWith('usr/local/bin')), names.join(' '))
  assert.equal([tree.entries.get('usr/local/bin')?.type, tree.entries.get('opt/tools/tool')?.type], ['symlink', 'file'])
  assert.equal(config.config?.Entrypoint, ['/usr/local/bin/tool'])
  assert.is(digestOf(await collect(decompressed(own.mediaType, memory.content.open(own), 1e9))), config.rootfs.diff_ids[1])
})

test('the second of two layers is laid over the first', async ({ base, layer, assemble }) => {
  const [first, second] = [await layer({ 'usr/local/bin/tool': 'one' }), await layer({ 'usr/local/bin/tool': 'longer', 'etc/tool/conf': 'x' })]
  const { manifest, tree } = await assemble({ base: await base(plain), layers: [first.descriptor, second.descriptor] })
  assert.is(manifest.layers.length, 3)
  assert.equal([tree.entries.get('usr/local/bin/tool')?.size, tree.entries.has('etc/tool/conf')], [6, true])
})

test('a user that a layer brings along is known', async ({ base, layer, assemble }) => {
  const files = await layer({ 'usr/local/bin/tool': 'tool', 'etc/passwd': 'app:x:5:5::/:\n' })
  const { config } = await assemble({ base: await base([...plain, 'etc/']), layers: [files.descriptor], container: { entrypoint: ['/usr/local/bin/tool'], user: 'app' } })
  assert.is(config.config?.User, 'app')
})

test('the same twice is the same bytes', async ({ base, layer, assemble }) => {
  const [on, program] = [await base(plain), await layer({ 'usr/local/bin/tool': 'tool' })]
  const twice = [await assemble({ base: on, layers: [program.descriptor] }), await assemble({ base: on, layers: [program.descriptor] })]
  assert.equal(twice[0], twice[1])
})

const refused: readonly (readonly [why: string, members: readonly RawMember[], changes: Partial<Assembly>, message: RegExp])[] = [
  ['an entrypoint that is not there', plain, { container: { entrypoint: ['/bin/sh'] } }, /\/bin\/sh/],
  ['a user that nobody is', plain, { container: { entrypoint: ['/usr/local/bin/tool'], user: 'app' } }, /app/],
  ['a file where a folder should be', ['usr: x'], {}, /\/usr/],
  ['links that lead round in circles', ['usr/', 'usr/local/', 'usr/local/bin -> ../local/bin'], {}, /./],
]
for (const [why, members, changes, message] of refused) {
  test(`refused: ${why}`, async ({ base, layer, assemble }) => {
    const program = await layer({ 'usr/local/bin/tool': 'tool' })
    const error = await errorOf(assemble({ base: await base(members), layers: [program.descriptor], ...changes }))
    assert.is(error.code, 'IMAGE')
    assert.match(error.message, message)
  })
}

test.run()

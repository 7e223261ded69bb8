import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { LayerSource } from '../../lib/oci/layer-entries.ts'
import { layOver } from '../../lib/oci/lay-over.ts'
import { readTree } from '../../lib/oci/layer-tree.ts'
import { textAt } from '../../lib/oci/text-at.ts'
import { treeData, type TreeData } from '../../lib/oci/tree-data.ts'
import { treeFrom } from '../../lib/oci/tree-from.ts'
import { emptyTree, type Tree } from '../../lib/oci/tree.ts'
import { collect } from '../formats/support/collect.ts'
import { rejection } from '../formats/support/rejection.ts'
import { layerFile, layerFolder, layerLink } from './support/layer-entries.ts'
import { arbitraryFolder, difference, flat } from './support/layer-difference.ts'
import { tarLayer, type RawMember } from './support/tar-layer.ts'

const name = 'the image'
const read = (...layers: readonly (readonly RawMember[])[]): Promise<Tree> => readTree(layers.map(tarLayer), { name })

/** `a/` a directory, `a` a file, `a -> b` a link. */
const listing = ({ entries }: Tree): readonly string[] => [...entries].map(([path, { type, link }]) =>
  path + (type === 'directory' ? '/' : type === 'symlink' ? ` -> ${link}` : ''))

/** A zstd frame with one block that is stored as it is: RFC 8878, sections 3.1.1.1 and 3.1.1.2. */
function storedFrame(bytes: Uint8Array): Uint8Array {
  const head = Buffer.from('28b52ffda000000000000000', 'hex')
  head.writeUInt32LE(bytes.length, 5)
  head.writeUIntLE(bytes.length << 3 | 1, 9, 3)
  return Buffer.concat([head, bytes])
}

test('layers are laid over each other, whatever their compression', async () => {
  const [one, two, three] = [['etc/', 'etc/one'], ['etc/two'], ['etc/three']].map(tarLayer) as [LayerSource, LayerSource, LayerSource]
  const packed = async (layer: LayerSource, pack: (bytes: Uint8Array) => Uint8Array, mediaType: string): Promise<LayerSource> => {
    const bytes = pack(await collect(layer.open()))
    return { mediaType, async *open() { yield bytes } }
  }
  const tree = await readTree([
    one,
    await packed(two, gzipSync, 'application/vnd.oci.image.layer.v1.tar+gzip'),
    await packed(three, storedFrame, 'application/vnd.oci.image.layer.v1.tar+zstd'),
  ], { name })
  assert.equal(listing(tree), ['etc/', 'etc/one', 'etc/three', 'etc/two'])
})

test('names may start with ./ or /, and directories come where no entry has them', async () => {
  const tree = await read(['./', './etc/', './etc/one', '/usr/bin/tool', 'a//b/./c'])
  assert.equal(listing(tree), ['a/', 'a/b/', 'a/b/c', 'etc/', 'etc/one', 'usr/', 'usr/bin/', 'usr/bin/tool'])
})

test('modes, owners and sizes are those of the last layer, and a directory keeps what is in it', async () => {
  const tree = await read(
    [{ name: 'opt', type: 'directory', mode: 0o700, uid: 1, gid: 2 }, 'opt/file: old'],
    [{ name: 'opt', type: 'directory', mode: 0o1777, uid: 3_000_000, gid: 4 }, { name: 'opt/tool', mode: 0o4755, gid: 9 }, 'opt/file: newer'],
  )
  assert.equal([...tree.entries], [
    ['opt', { type: 'directory', mode: 0o1777, uid: 3_000_000, gid: 4, size: 0 }],
    ['opt/file', { type: 'file', mode: 0o644, uid: 0, gid: 0, size: 5 }],
    ['opt/tool', { type: 'file', mode: 0o4755, uid: 0, gid: 9, size: 0 }],
  ])
})

test('a directory without an entry of its own keeps what a lower layer says of it', async () => {
  const tree = await read([{ name: 'tmp', type: 'directory', mode: 0o1777, uid: 5 }], ['tmp/file'])
  assert.equal(tree.entries.get('tmp'), { type: 'directory', mode: 0o1777, uid: 5, gid: 0, size: 0 })
})

test('whiteouts hide what lower layers have, and only that', async () => {
  const lower = ['etc/', 'etc/one', 'etc/two', 'opt/', 'opt/deep/', 'opt/deep/file', 'opt/file']
  assert.equal(listing(await read(lower, ['etc/.wh.one', '.wh.opt'])), ['etc/', 'etc/two'])
  assert.equal(listing(await read(lower, ['opt/new', '.wh.opt', 'etc/.wh.none'])), ['etc/', 'etc/one', 'etc/two', 'opt/', 'opt/new'])
  assert.equal(listing(await read(lower, ['etc/one', 'etc/.wh.one'], ['opt/.wh.deep'])), ['etc/', 'etc/one', 'etc/two', 'opt/', 'opt/file'])
})

test('an opaque directory hides all of its lower layers, wherever its mark stands', async () => {
  const lower = ['etc/', 'etc/one', 'etc/sub/', 'etc/sub/file', 'kept']
  for (const upper of [['etc/', 'etc/.wh..wh..opq', 'etc/sub/new'], ['etc/sub/new', 'etc/', 'etc/.wh..wh..opq']]) {
    assert.equal(listing(await read(lower, upper)), ['etc/', 'etc/sub/', 'etc/sub/new', 'kept'])
  }
  assert.equal(listing(await read(lower, ['.wh..wh..opq', 'new'])), ['new'])
  assert.equal(listing(await read(['.wh..wh.plnk/', '.wh..wh.aufs', 'file'])), ['file'])
})

test('what is replaced by another type is gone with all that was in it', async () => {
  const lower = ['a/', 'a/b/', 'a/b/c', 'link -> a', 'file']
  assert.equal(listing(await read(lower, ['a'])), ['a', 'file', 'link -> a'])
  assert.equal(listing(await read(lower, ['link/', 'file/', 'a/b -> c'])), ['a/', 'a/b -> c', 'file/', 'link/'])
  assert.equal(listing(await read(lower, ['file/below'])), ['a/', 'a/b/', 'a/b/c', 'file/', 'file/below', 'link -> a'])
})

test('a link of the same layer is followed, one of a lower layer becomes a directory', async () => {
  assert.equal(listing(await read(['usr/bin/', 'bin -> usr/bin', 'bin/sh'])), ['bin -> usr/bin', 'usr/', 'usr/bin/', 'usr/bin/sh'])
  assert.equal(listing(await read(['a/b/', 'l -> /a/b/../../../c', 'l/x'])), ['a/', 'a/b/', 'c/', 'c/x', 'l -> /a/b/../../../c'])
  assert.equal(listing(await read(['usr/bin/', 'bin -> usr/bin'], ['bin/sh'])), ['bin/', 'bin/sh', 'usr/', 'usr/bin/'])
})

test('hard links share what their file is', async () => {
  const tree = await read([{ name: 'a', mode: 0o755, uid: 7 }, './b => ./a', 'c => /b'], ['.wh.a', 'd => c'])
  assert.equal([...tree.entries.keys()], ['b', 'c', 'd'])
  assert.equal(tree.entries.get('d'), { type: 'file', mode: 0o755, uid: 7, gid: 0, size: 0 })
})

test('texts of named files are kept, also behind links to files that nobody named', async () => {
  const tree = await read(
    ['etc/', 'etc/passwd: root:x:0:0::/root:/bin/sh', 'usr/lib/', 'usr/lib/os-release: ID=one', 'etc/os-release -> ../usr/lib/os-release'],
    ['shared: wheel:x:10:', 'etc/group => shared'],
    ['usr/lib/os-release: ID=two'],
  )
  assert.is(textAt(tree, '/etc/passwd'), 'root:x:0:0::/root:/bin/sh')
  assert.is(textAt(tree, 'etc/os-release'), 'ID=two')
  assert.is(textAt(tree, 'etc/group'), 'wheel:x:10:')
  assert.is(textAt(tree, 'etc/none'), undefined)
  const gone = await read(['etc/passwd: a', 'etc/group: b'], ['etc/.wh.passwd', 'etc/group -> nowhere'])
  assert.equal([...gone.texts], [])
  const some = await readTree([tarLayer(['a: 1', 'b: 2'])], { name, keep: ['b'] })
  assert.equal([...some.texts], [['b', '2']])
})

test('what no engine could unpack is refused', async () => {
  for (const [members, why] of [
    [['../x'], '"../x" in it leads out of its folder'],
    [['a/../../x'], '"a/../../x" in it leads out of its folder'],
    [['a => ../../etc/passwd'], '"../../etc/passwd" in it leads out of its folder'],
    [['a => b'], '/a shares its bytes with /b, which is no file in it'],
    [['b/', 'a => b'], '/a shares its bytes with /b, which is no file in it'],
    [['a -> b', 'b -> a', 'a/x'], 'the way to /a goes round in a circle of links'],
    [['x/'.repeat(3000) + 'x'], 'a path in it is longer than 4095 bytes'],
    [[{ name: 'etc/passwd', size: 2 ** 20 + 1, async *open() { yield Buffer.alloc(2 ** 20 + 1) } }], 'etc/passwd in it has 1.0 MiB'],
  ] as const) {
    const error = await rejection(read(members))
    assert.equal([error.code, error.message], ['IMAGE', `Cannot read the image: ${why}`])
  }
})

test('there are limits on entries and on bytes', async () => {
  const layers = [tarLayer(['a', 'b']), tarLayer(['c', { name: 'd', size: 5000, async *open() { yield Buffer.alloc(5000) } }])]
  const error = await rejection(readTree(layers, { name, limits: { entries: 3, bytes: 1e6 } }))
  assert.equal([error.code, error.message], ['IMAGE', 'Cannot read the image: it has more than 3 entries'])
  assert.is((await rejection(readTree(layers, { name, limits: { entries: 4, bytes: 6000 } }))).code, 'CONTENT')
})

test('a damaged layer is named by its number, and an error of its source is passed on', async () => {
  const mediaType = 'application/vnd.oci.image.layer.v1.tar'
  const damaged: LayerSource = { mediaType, async *open() { yield Buffer.alloc(1024, 1) } }
  const error = await rejection(readTree([tarLayer(['a']), damaged], { name }))
  assert.equal([error.code, error.message], ['CONTENT', 'Cannot read layer 2 of the image: a header in it is damaged'])
  const whole = await collect(tarLayer(['a']).open())
  const unsound: LayerSource = { mediaType, async *open() { yield whole; throw new Error('wrong digest') } }
  assert.is(await readTree([unsound], { name }).then(() => '', (thrown: Error) => thrown.message), 'wrong digest')
})

test('a tree is data and back', async () => {
  const tree = await read(['etc/', 'etc/passwd: root', '__proto__', 'l -> etc', { name: 'pipe', uid: 9 }])
  const data = JSON.parse(JSON.stringify(treeData(tree))) as TreeData
  assert.equal(treeFrom(data), tree)
})

test('a layer that is still to be made can be laid over a tree', async () => {
  const base = await read(['etc/', 'etc/passwd: root:x:0:0', 'etc/group: root:x:0', 'bin -> usr/bin', 'usr/bin/'])
  const tree = await layOver(base, [layerFile('etc/passwd', 'app:x:1:1'), layerFile('usr/bin/tool', '', { mode: 0o755 }), layerLink('usr/bin/alias', 'usr/bin/tool', 'hardlink')])
  assert.equal(listing(tree), ['bin -> usr/bin', 'etc/', 'etc/group', 'etc/passwd', 'usr/', 'usr/bin/', 'usr/bin/alias', 'usr/bin/tool'])
  assert.equal([textAt(tree, 'etc/passwd'), textAt(tree, 'etc/group')], ['app:x:1:1', 'root:x:0'])
  assert.is(textAt(base, 'etc/passwd'), 'root:x:0:0')
  assert.equal(listing(await layOver(emptyTree, [layerFolder('a'), layerFile('a/b')])), ['a/', 'a/b'])
})

test('a layer that only adds gives the tree that any other way gives', async () => {
  const place = fc.constantFrom('a', 'b', 'a/a', 'a/b', 'b/a', 'a/a/a', 'etc', 'etc/passwd')
  const entry = fc.tuple(place, fc.constantFrom('file', 'folder', 'link'), fc.nat(1)).map(([path, kind, uid]) =>
    kind === 'folder' ? { ...layerFolder(path), uid } : kind === 'link' ? layerLink(path, 'a') : { ...layerFile(path, 'text'), uid })
  const layer = fc.uniqueArray(entry, { selector: ({ path }) => path, maxLength: 5 })
  await fc.assert(fc.asyncProperty(fc.array(layer, { maxLength: 3 }), async layers => {
    let [quick, thorough] = [emptyTree, emptyTree]
    for (const entries of layers) {
      // A hard link makes it take all apart.
      const mark = [layerFile('~', ''), layerLink('~~', '~', 'hardlink')]
      const next = await layOver(thorough, [...entries, ...mark]).catch(() => undefined)
      if (!next) return assert.is((await rejection(layOver(quick, entries))).code.length > 0, true)
      thorough = { texts: next.texts, entries: new Map([...next.entries].filter(([path]) => !path.startsWith('~'))) }
      quick = await layOver(quick, entries)
      assert.equal(quick.entries, thorough.entries)
      assert.equal(quick.texts, thorough.texts)
    }
  }), { numRuns: 500 })
})

test('whatever trees follow each other, their differences in any order give the last', async () => {
  const states = fc.array(fc.tuple(arbitraryFolder, fc.boolean()), { minLength: 1, maxLength: 4 })
  await fc.assert(fc.asyncProperty(states, fc.infiniteStream(fc.nat()), async (trees, numbers) => {
    const layers = trees.map(([tree, opaque], index) => difference(trees[index - 1]?.[0] ?? {}, tree, { opaque })
      .map(member => ({ member, order: numbers.next().value as number })).sort((a, b) => a.order - b.order).map(({ member }) => member))
    assert.equal([...listing(await read(...layers))].sort(), [...flat(trees.at(-1)?.[0] ?? {})].sort())
  }), { numRuns: 300 })
})

test.run()

import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { LayerSource } from '../../lib/oci/layer-entries.ts'
import { layerTar } from '../../lib/oci/layer-tar.ts'
import { readTree } from '../../lib/oci/layer-tree.ts'
import { placeFiles } from '../../lib/oci/place-files.ts'
import { noEngine, startEngine } from '../support/docker-engine.ts'
import { unless } from '../support/unless.ts'
import { arbitraryFolder, difference } from './support/layer-difference.ts'
import { inDocker } from './support/in-docker.ts'
import { tarLayer, type RawMember } from './support/tar-layer.ts'

const engine = noEngine() === undefined ? await startEngine() : undefined
test.after(() => engine?.close())
const withDocker = unless(noEngine())

// What Docker adds to every container lies in the lowest layer already.
const lowest = ['etc/', 'dev/', 'proc/', 'sys/']
const added = /^(\.dockerenv$|(dev|proc|sys|etc)\/)/

async function listing(layers: readonly LayerSource[]): Promise<readonly string[]> {
  const { entries } = await readTree(layers, { name: 'it' })
  return [...entries].filter(([path]) => !added.test(path)).map(([path, { type, mode, uid, gid, size, link }]) =>
    `${path} ${type} ${type === 'symlink' ? link : mode.toString(8)} ${uid}:${gid} ${size}`)
}

async function same(layers: readonly LayerSource[]): Promise<void> {
  const all = [tarLayer(lowest), ...layers]
  assert.equal(await listing(all), await listing([await inDocker(engine?.host ?? '', all)]))
}

const tmp: RawMember = { name: 'tmp', type: 'directory', mode: 0o1777, uid: 3, gid: 3_000_000 }

for (const layers of [
  [['usr/bin/', 'bin -> usr/bin', 'usr/bin/sh'], ['bin/tool']],
  [['usr/bin/', 'bin -> usr/bin', 'usr/bin/sh'], ['bin/', 'bin/tool']],
  [['usr/bin/', 'bin -> usr/bin', 'bin/sh', 'a/', 'l -> /a/../usr', 'l/x']],
  [['a/', 'a/b', 'a/c'], ['a/.wh.b', 'a/d', '.wh.none']],
  [['a/', 'a/b', 'a/c'], ['a/', 'a/.wh..wh..opq', 'a/d']],
  [['a/', 'a/b', 'a/c'], ['a/', 'a/d', 'a/.wh..wh..opq']],
  [['a/', 'a/b/', 'a/b/c', 'l -> a', 'f'], ['l/', 'f/', 'a/b -> c']],
  [['a/', 'a/b'], ['a']], [['f'], ['f/below']],
  [['a: hello', 'b => a', './c => ./b'], ['.wh.a']],
  [['./d/', '/e', './d/./f'], [tmp], ['d/', tmp, 'tmp/x']],
] satisfies readonly (readonly (readonly RawMember[])[])[]) {
  withDocker(`Docker unpacks it so too: ${JSON.stringify(layers)}`, () => same(layers.map(tarLayer)))
}

withDocker('Docker refuses a hard link to nothing', async () => {
  const error = await inDocker(engine?.host ?? '', [tarLayer(['a => b'])]).then(() => undefined, (thrown: Error) => thrown)
  assert.match(error?.message ?? '', /no such file or directory/)
})

withDocker('whatever trees follow each other, Docker makes the same of their differences', async () => {
  const states = fc.array(arbitraryFolder, { minLength: 2, maxLength: 3 })
  await fc.assert(fc.asyncProperty(states, trees =>
    same(trees.map((tree, index) => tarLayer(difference(trees[index - 1] ?? {}, tree, { opaque: false }))))), { numRuns: 15 })
})

withDocker('files that are placed onto a base change nothing else of it in Docker', async () => {
  const base = tarLayer([tmp, { name: 'usr/bin', type: 'directory', mode: 0o555 }, 'usr/bin/sh', 'bin -> usr/bin', 'var/run -> /run', 'run/'])
  const tree = await readTree([tarLayer(lowest), base], { name: 'the base' })
  const wanted = ['/bin/tool', '/tmp/x', '/var/run/app/pid', '/opt/new'].map(path => ({ path, mode: 0o755, size: 0, async *open() {} }))
  const layer = { mediaType: base.mediaType, open: () => layerTar(placeFiles(tree, wanted, 'the base'), { time: new Date(0) }) }
  await same([base, layer])
  const [before, after] = [await listing([base]), await listing([await inDocker(engine?.host ?? '', [tarLayer(lowest), base, layer])])]
  assert.equal(before.filter(line => !after.includes(line)), [])
})

test.run()

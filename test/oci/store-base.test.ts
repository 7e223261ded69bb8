import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readBytes, readJson } from '../../lib/oci/read-json.ts'
import { storeBase } from '../../lib/oci/store-base.ts'
import type { TreeData } from '../../lib/oci/tree-data.ts'
import { treeFrom } from '../../lib/oci/tree-from.ts'
import type { BaseContent } from '../../lib/values/base-content.ts'
import { digestOf } from '../../lib/values/digest.ts'
import { memoryStore } from '../support/memory-store.ts'
import { errorOf } from './support/open-registry.ts'
import { sampleTree } from './support/sample-tree.ts'

test('what is stored of a base is read back: configuration, layers, and its tree with texts and links', async () => {
  const memory = memoryStore()
  const tree = await sampleTree('bin/', 'bin/sh', 'sh -> bin/sh', 'etc/', 'etc/passwd: app:x:5:5::/:\n')
  const config = { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } }
  const layers = [{ mediaType: 'x', digest: digestOf('a'), size: 1, diffId: digestOf('b') }]
  const stored = await storeBase({ config, layers, tree }, memory.content)
  const read = await readJson<BaseContent>(stored, memory.content)
  assert.equal([read.config, read.layers], [config, layers])
  assert.equal(treeFrom(await readJson<TreeData>(read.tree, memory.content)), tree)
  assert.equal(await storeBase({ config, layers, tree }, memory.content), stored)
  await memory.close()
})

test('a blob that is damaged or missing is no value', async () => {
  const memory = memoryStore()
  const stored = await memory.content.put([Buffer.from('{"a":'), Buffer.from('1}')], 'application/json')
  assert.equal(await readJson(stored, memory.content), { a: 1 })
  memory.blobs.set(stored.digest, Buffer.from('{"a":2}'))
  assert.is((await errorOf(readJson(stored, memory.content))).code, 'CONTENT')
  memory.blobs.delete(stored.digest)
  assert.is((await errorOf(readBytes(stored, memory.content))).code, 'CONTENT')
  await memory.close()
})

test.run()

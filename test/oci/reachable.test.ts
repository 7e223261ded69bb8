import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { contentStore } from '../../lib/oci/content-source.ts'
import { mediaTypes } from '../../lib/oci/media-types.ts'
import { reachable } from '../../lib/oci/reachable.ts'
import { memoryStore } from '../support/memory-store.ts'
import { errorOf } from './support/open-registry.ts'
import { addBlob, addImage, addIndex } from './support/sample-images.ts'

test('all that an index leads to, each once, parts before what lists them', async () => {
  const memory = memoryStore()
  const store = contentStore(memory.content, 'the cache')
  const [one, two] = [await addImage(store, { layers: ['shared', 'one'] }), await addImage(store, { layers: ['shared', 'two'] })]
  const root = await addIndex(store, [await addIndex(store, [one, two]), one])
  const found = await reachable(root, memory.content)
  const digests = found.map(({ digest }) => digest)
  assert.is(new Set(digests).size, digests.length)
  assert.equal(found.map(({ mediaType }) => mediaType).filter(type => type === mediaTypes.gzipLayer).length, 3)
  assert.is(digests.at(-1), root.digest)
  assert.ok(digests.indexOf(one.digest) < digests.length - 2)
  assert.equal([...memory.blobs.keys()].sort(), [...digests].sort())
  await memory.close()
})

test('a blob alone leads to itself; what is missing or no manifest is an error', async () => {
  const memory = memoryStore()
  const store = contentStore(memory.content, 'the cache')
  const blob = await addBlob(store, 'text/plain', 'x')
  assert.equal(await reachable(blob, memory.content), [blob])
  const image = await addImage(store)
  memory.blobs.delete(image.digest)
  assert.is((await errorOf(reachable(image, memory.content))).code, 'CONTENT')
  const page = await memory.content.put([Buffer.from('<html>')], mediaTypes.manifest)
  assert.match((await errorOf(reachable(page, memory.content))).message, /it is an HTML page/)
  await memory.close()
})

test.run()

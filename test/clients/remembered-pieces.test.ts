import { randomBytes } from 'node:crypto'
import { chmod, writeFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openCache } from '../../lib/clients/cache-folder.ts'
import { withRememberedPieces } from '../../lib/clients/remembered-pieces.ts'
import type { DeflatePart } from '../../lib/formats/deflate-pieces.ts'
import { gzipPieces } from '../../lib/formats/gzip-pieces.ts'
import { hintsIn } from '../../lib/graph/recall.ts'
import type { Descriptor } from '../../lib/values/descriptor.ts'
import { collect } from '../formats/support/collect.ts'
import { scratch } from '../formats/support/scratch.ts'

async function* one(bytes: Uint8Array): AsyncGenerator<DeflatePart> {
  yield { bytes: (async function* () { yield bytes })(), apart: true }
}

const like = ['a program']

/** Compresses in a cache, and tells how many pieces were found. */
async function packer(folder: string, { fresh = false } = {}) {
  const cache = await openCache(folder)
  const workshop = { content: cache.content, hints: hintsIn(cache.records, fresh) }
  const pack = async (bytes: Uint8Array): Promise<{ readonly descriptor: Descriptor; readonly found: number }> => {
    let found = 0
    const descriptor = await withRememberedPieces(workshop, like, memory => cache.content.put(gzipPieces(one(bytes), {
      level: 4, memory: { keep: memory.keep, find: digest => { const piece = memory.find(digest); if (piece) found += 1; return piece } },
    }), 'application/gzip'))
    assert.ok(gunzipSync(await collect(cache.content.open(descriptor))).equals(bytes))
    return { descriptor, found }
  }
  return { cache, pack }
}

const before = randomBytes(1_000_000)
const after = Buffer.from(before)
after[10] = (after[10] as number) ^ 1

test('what did not change is compressed once, whoever runs it next', () => scratch(async folder => {
  const first = await packer(folder)
  assert.is((await first.pack(before)).found, 0)
  await first.cache.close()
  const second = await packer(folder)
  const packed = await second.pack(after)
  assert.is(packed.found, 3)
  assert.equal((await second.pack(after)).found, 4)
  const apart = await packer(`${folder}/apart`)
  assert.equal(packed.descriptor, (await apart.pack(after)).descriptor)
}))

test('--no-cache finds nothing, and leaves something', () => scratch(async folder => {
  await (await packer(folder)).pack(before)
  assert.is((await (await packer(folder, { fresh: true })).pack(before)).found, 0)
  assert.is((await (await packer(folder)).pack(before)).found, 4)
}))

test('a blob that is gone or damaged is no help and no harm', () => scratch(async folder => {
  const { cache, pack } = await packer(folder)
  const { descriptor } = await pack(before)
  const file = await cache.content.file(descriptor)
  await chmod(file, 0o644)
  await writeFile(file, randomBytes(descriptor.size))
  assert.is((await pack(after)).found, 0)
  assert.is((await pack(after)).found, 4)
}))

test('a hint that is anything else is none', () => scratch(async folder => {
  const { cache, pack } = await packer(folder)
  for (const hint of ['text', { blob: 1, pieces: [] }, { blob: { mediaType: 'a', digest: `sha256:${'0'.repeat(64)}`, size: 3 }, pieces: [['sha256:0', 0, 3]] }]) {
    await hintsIn(cache.records).keep(like, hint)
    assert.is((await pack(before)).found, 0)
  }
}))

test.run()

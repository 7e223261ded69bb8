import { execFileSync } from 'node:child_process'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { mediaTypes } from '../../lib/oci/media-types.ts'
import { decompressed } from '../../lib/oci/decompress.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import { collect } from '../formats/support/collect.ts'
import { needs } from '../support/needs.ts'

const { layer, gzipLayer, zstdLayer } = mediaTypes
const lot = 1 << 30

async function* cut(bytes: Uint8Array, step: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step)
}

const zstd = (bytes: Uint8Array, ...options: readonly string[]): Buffer =>
  execFileSync('zstd', ['-q', '-c', ...options], { input: bytes, maxBuffer: lot })

async function errorOf(bytes: AsyncIterable<Uint8Array>): Promise<ReleaseError> {
  const error: unknown = await collect(bytes).then(() => undefined, (thrown: unknown) => thrown)
  assert.instance(error, ReleaseError)
  return error as ReleaseError
}

/** Bytes as programs have them: half of it repeats. */
function sample(size: number): Buffer {
  const bytes = Buffer.alloc(size)
  let seed = 7
  for (let at = 0; at < size; at += 1) {
    seed = (seed * 1103515245 + 12345) % 2147483648
    bytes[at] = at % 4096 < 2048 ? seed >> 16 : at % 7
  }
  return bytes
}

test('plain and gzip bytes come out whole, however they are cut', async () => {
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), fc.integer({ min: 1, max: 700 }), async (bytes, step) => {
    fc.pre(!/^(1f8b|28b52ffd|5.2a4d18|fd377a|425a68)/.test(Buffer.from(bytes).toString('hex')))
    assert.equal(await collect(decompressed(layer, cut(bytes, step), lot)), Buffer.from(bytes))
    assert.equal(await collect(decompressed(gzipLayer, cut(gzipSync(bytes), step), lot)), Buffer.from(bytes))
  }), { numRuns: 60 })
})

test('several gzip members are one', async () => {
  const two = Buffer.concat([gzipSync('one '), gzipSync('two')])
  assert.is((await collect(decompressed(gzipLayer, cut(two, 5), lot))).toString(), 'one two')
})

needs('zstd')('zstd comes out whole: one frame, many, skipped ones, with and without a size', async () => {
  const bytes = sample(1_000_000)
  const skipped = Buffer.concat([Buffer.from('502a4d1803000000', 'hex'), Buffer.from('abc')])
  const frames = Buffer.concat(Array.from({ length: 40 }, (_, index) => zstd(bytes.subarray(index * 100, index * 100 + 100))))
  const cases: readonly (readonly [Uint8Array, Buffer])[] = [
    [bytes, zstd(bytes)],
    [bytes, zstd(bytes, '-19', '--no-check')],
    [bytes, zstd(bytes, `--stream-size=${bytes.length}`, '--single-thread')],
    [bytes.subarray(0, 4000), frames],
    [bytes.subarray(0, 4000), Buffer.concat([skipped, frames, skipped])],
    [bytes.subarray(0, 1), zstd(bytes.subarray(0, 1))],
    [bytes.subarray(0, 0), zstd(bytes.subarray(0, 0))],
  ]
  for (const [plain, compressed] of cases) {
    for (const step of [compressed.length, 1000, 7]) {
      assert.ok(Buffer.from(plain).equals(await collect(decompressed(zstdLayer, cut(compressed, step), lot))))
    }
  }
})

needs('zstd')('the bytes decide, not the media type', async () => {
  const bytes = sample(1000)
  for (const type of [layer, gzipLayer, zstdLayer, mediaTypes.dockerGzipLayer]) {
    for (const compressed of [bytes, gzipSync(bytes), zstd(bytes)]) {
      assert.equal(await collect(decompressed(type, cut(compressed, 100), lot)), bytes)
    }
  }
})

needs('zstd')('what is cut short is damaged', async () => {
  const bytes = sample(100_000)
  for (const compressed of [gzipSync(bytes), zstd(bytes)]) {
    for (const length of [19, 1000, compressed.length - 1]) {
      const error = await errorOf(decompressed(zstdLayer, cut(compressed.subarray(0, length), 100), lot))
      assert.is(error.code, 'CONTENT')
      assert.match(error.message, /^Cannot decompress a layer \(application.*\): its compressed bytes are damaged: /)
    }
  }
})

needs('zstd')('more than the limit is refused long before it is all there', async () => {
  const bytes = Buffer.alloc(100 << 20)
  for (const compressed of [gzipSync(bytes, { level: 1 }), zstd(bytes)]) {
    let size = 0
    const error = await errorOf((async function* () {
      for await (const part of decompressed(gzipLayer, cut(compressed, 65536), 1 << 20)) {
        size += part.length
        yield part
      }
    })())
    assert.match(error.message, /it is larger than 1\.0 MiB without its compression$/)
    assert.ok(size <= 1 << 20)
  }
})

needs('zstd')('a window that would take all memory is refused', async () => {
  const huge = Buffer.from('28b52ffd00a80100000000000000000000000000', 'hex')   // 2 GiB, said in byte 5
  assert.match((await errorOf(decompressed(zstdLayer, cut(huge, 100), lot))).message, /the window of 2\.0 GiB is larger than 128 MiB/)
  const single = Buffer.from('28b52ffde00000004000000000010000000000000000', 'hex')   // one segment of 1 GiB
  assert.match((await errorOf(decompressed(zstdLayer, cut(single, 100), lot))).message, /the window of 1\.0 GiB is larger/)
})

test('what is compressed or encrypted in another way is refused by name', async () => {
  const xz = Buffer.from('fd377a585a0000', 'hex')
  assert.match((await errorOf(decompressed(layer, cut(xz, 3), lot))).message, /it is compressed with xz$/)
  assert.match((await errorOf(decompressed(layer, cut(Buffer.from('BZh9'), 3), lot))).message, /bzip2$/)
  assert.match((await errorOf(decompressed(`${gzipLayer}+encrypted`, cut(xz, 3), lot))).message, /it is encrypted$/)
})

test('an error of the source is told as it is, and a source that nobody reads on is closed', async () => {
  const compressed = gzipSync(sample(400_000))
  let closed = 0
  async function* source(broken: boolean): AsyncGenerator<Uint8Array> {
    try {
      yield* cut(compressed.subarray(0, 100_000), 1000)
      if (broken) throw new Error('the connection was reset')
      yield* cut(compressed.subarray(100_000), 1000)
    } finally {
      closed += 1
    }
  }
  const error: unknown = await collect(decompressed(gzipLayer, source(true), lot)).catch((thrown: unknown) => thrown)
  assert.is((error as Error).message, 'the connection was reset')
  for await (const part of decompressed(gzipLayer, source(false), lot)) if (part) break
  await errorOf(decompressed(gzipLayer, source(false), 10))
  assert.is(closed, 3)
})

test('a source that knows better what is damaged is read to its end, and believed', async () => {
  const compressed = gzipSync(sample(100_000))
  const better = new ReleaseError('these bytes are not what they were', { code: 'CONTENT' })
  for (const at of [0, 1, 30, compressed.length >> 1, compressed.length - 2]) {
    const bytes = Buffer.from(compressed)
    bytes[at] = (bytes[at] ?? 0) ^ 0xff
    const source = async function* (): AsyncGenerator<Uint8Array> {
      yield* cut(bytes, 1000)
      throw better
    }
    assert.is(await errorOf(decompressed(gzipLayer, source(), lot)), better)
  }
})

test.run()

import { execFileSync } from 'node:child_process'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { gzip } from '../../lib/formats/gzip.ts'
import { tar } from '../../lib/formats/tar.ts'
import { needs } from '../support/needs.ts'
import { collect } from './support/collect.ts'
import { golden } from './support/golden.ts'
import { sampleEntries, sampleTime } from './support/sample-entries.ts'

async function* chunked(bytes: Uint8Array, step: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step)
}

/** Text that repeats itself at many distances, so that zlib has choices to make. */
const wordy = fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.array(fc.nat(250), { maxLength: 3000 }))
  .map(([words, order]) => Buffer.concat(order.map(at => words.subarray(at % words.length, at % words.length + 40))))

test('the bytes of a tar.gz are those that were reviewed', async () => {
  await golden('entries.tar.gz', await collect(gzip(tar(sampleEntries, { time: sampleTime }))))
})

test('the header has no time, no name and no operating system', async () => {
  const header = async (level?: number) =>
    (await collect(gzip(chunked(Buffer.from('text'), 1), level))).toString('hex', 0, 10)
  assert.is(await header(), '1f8b08000000000000ff')
  assert.is(await header(9), '1f8b08000000000002ff') // "slowest algorithm"
  assert.is(await header(1), '1f8b08000000000004ff') // "fastest algorithm"
})

test('what goes in comes out, and the chunks it came in leave no trace', async () => {
  await fc.assert(fc.asyncProperty(wordy, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 5000 }),
    async (bytes, level, step) => {
      const packed = await collect(gzip(chunked(bytes, step), level))
      assert.ok(gunzipSync(packed).equals(bytes))
      assert.ok(packed.equals(await collect(gzip(chunked(bytes, 1 << 20), level))))
    }), { numRuns: 60 })
})

test('nothing is a stream too', async () => {
  assert.is(gunzipSync(await collect(gzip(chunked(Buffer.alloc(0), 1)))).length, 0)
})

needs('gzip')('the system unpacks it', async () => {
  const bytes = Buffer.alloc(3_000_000, 'slipway ')
  const packed = await collect(gzip(chunked(bytes, 65536)))
  assert.ok(execFileSync('gzip', ['-dc'], { input: packed, maxBuffer: 2 ** 24 }).equals(bytes))
})

test('an error of the source is the error of the stream', async () => {
  async function* broken() { yield Buffer.from('a'); throw new Error('gone') }
  assert.is(await collect(gzip(broken())).catch((error: Error) => error.message), 'gone')
})

test('a reader that stops closes the source', async () => {
  const closed = new Promise<string>(resolve => {
    async function* endless() {
      try { for (;;) yield crypto.getRandomValues(new Uint8Array(65536)) } finally { resolve('closed') }
    }
    const reader = gzip(endless())
    void reader.next().then(() => reader.return(undefined))
  })
  assert.is(await closed, 'closed')
})

test.run()

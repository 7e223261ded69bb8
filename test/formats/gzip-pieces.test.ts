import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { DeflateMemory, DeflatePart, DeflatePiece } from '../../lib/formats/deflate-pieces.ts'
import { gzipPieces } from '../../lib/formats/gzip-pieces.ts'
import { lend, lentSize } from '../../lib/values/lent-bytes.ts'
import { needs } from '../support/needs.ts'
import { collect } from './support/collect.ts'

async function* chunked(bytes: Uint8Array, step: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step)
}

async function* partsOf(parts: readonly (readonly [bytes: Uint8Array, apart: boolean])[], step = 1 << 16): AsyncGenerator<DeflatePart> {
  for (const [bytes, apart] of parts) yield { bytes: chunked(bytes, step), apart }
}

/** A program's worth of bytes that compress a little, the same for the same seed. */
function program(size: number, seed: string): Buffer {
  const blocks: Buffer[] = []
  for (let count = 0; count * 64 < size; count++) blocks.push(createHash('sha256').update(`${seed} ${count}`).digest(), Buffer.alloc(32, count))
  return Buffer.concat(blocks).subarray(0, size)
}

function memory(): DeflateMemory & { readonly pieces: DeflatePiece[]; readonly asked: string[]; whole?: Buffer } {
  const pieces: DeflatePiece[] = []
  const asked: string[] = []
  let known: readonly DeflatePiece[] = []
  const self: DeflateMemory & { readonly pieces: DeflatePiece[]; readonly asked: string[]; whole?: Buffer } = {
    pieces, asked,
    find: digest => {
      const piece = known.find(one => one.digest === digest)
      if (!piece || !self.whole) return undefined
      asked.push(digest)
      return Promise.resolve(self.whole.subarray(piece.offset, piece.offset + piece.size))
    },
    keep: piece => { pieces.push(piece); known = [...pieces] },
  }
  return self
}

test('the header has no time, no name and no operating system', async () => {
  const header = async (level: number) => (await collect(gzipPieces(partsOf([[Buffer.from('text'), false]]), { level }))).toString('hex', 0, 10)
  assert.is(await header(6), '1f8b08000000000000ff')
  assert.is(await header(9), '1f8b08000000000002ff')
  assert.is(await header(1), '1f8b08000000000004ff')
})

test('what goes in comes out, and the chunks it came in leave no trace', async () => {
  const part = fc.tuple(fc.uint8Array({ maxLength: 3000 }), fc.boolean(), fc.integer({ min: 1, max: 300 }))
    .map(([bytes, apart, times]): readonly [Uint8Array, boolean] => [Buffer.concat(Array.from({ length: times }, () => bytes)), apart])
  await fc.assert(fc.asyncProperty(fc.array(part, { maxLength: 4 }), fc.integer({ min: 0, max: 9 }), fc.integer({ min: 50, max: 500_000 }), async (parts, level, step) => {
    const packed = await collect(gzipPieces(partsOf(parts, step), { level }))
    assert.ok(gunzipSync(packed).equals(Buffer.concat(parts.map(([bytes]) => bytes))))
    assert.ok(packed.equals(await collect(gzipPieces(partsOf(parts, 1 << 20), { level }))))
    assert.ok(packed.equals(await collect(gzipPieces(partsOf(parts, 1 << 20), { level, memory: memory() }))))
  }), { numRuns: 40 })
})

test('nothing is a stream too', async () => {
  assert.is(gunzipSync(await collect(gzipPieces(partsOf([]), { level: 4 }))).length, 0)
  assert.is(gunzipSync(await collect(gzipPieces(partsOf([[Buffer.alloc(0), true]]), { level: 4 }))).length, 0)
})

test('of a program that changed in one place, every other piece is taken from before, and the bytes are the same', async () => {
  const before = program(1_500_000, 'a')
  const after = Buffer.from(before)
  after[700_000] = (after[700_000] as number) ^ 1
  const known = memory()
  known.whole = await collect(gzipPieces(partsOf([[Buffer.from('head'), false], [before, true], [Buffer.from('tail'), false]]), { level: 4, memory: known }))
  assert.is(known.pieces.length, 6)
  for (const { digest, offset, size } of known.pieces) assert.ok(digest.startsWith('sha256:') && offset + size <= (known.whole.length ?? 0))

  const parts = [[Buffer.from('another head, of another length'), false], [after, true]] as const
  const packed = await collect(gzipPieces(partsOf(parts), { level: 4, memory: known }))
  assert.is(known.asked.length, 5)
  assert.ok(packed.equals(await collect(gzipPieces(partsOf(parts), { level: 4 }))))
  assert.ok(gunzipSync(packed).equals(Buffer.concat(parts.map(([bytes]) => bytes))))
})

test('chunks that were lent are given back, whatever they were cut into, and not before they are compressed', async () => {
  const bytes = program(5 * lentSize + 1234, 'lent')
  const places = new Set<ArrayBufferLike>()
  async function* lent(step: number): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += step) {
      const chunk = lend()
      places.add(chunk.buffer)
      yield chunk.subarray(0, bytes.copy(chunk, 0, at, at + step))
    }
  }
  for (const step of [lentSize, 256 * 1024, 300_001, 100_000]) {
    places.clear()
    async function* parts(): AsyncGenerator<DeflatePart> { yield { bytes: lent(step), apart: true }; yield { bytes: lent(step), apart: false } }
    assert.ok(gunzipSync(await collect(gzipPieces(parts(), { level: 1 }))).equals(Buffer.concat([bytes, bytes])))
    assert.ok(places.size < 16, `${places.size} chunks of ${step}`)
  }
})

test('pieces cost less than one percent', async () => {
  const bytes = program(2_000_000, 'size')
  const [whole, pieces] = [execFileSync('gzip', ['-4', '-c'], { input: bytes, maxBuffer: 2 ** 24 }).length, (await collect(gzipPieces(partsOf([[bytes, true]]), { level: 4 }))).length]
  assert.ok(pieces < whole * 1.01, `${pieces} bytes, and ${whole} in one go`)
})

needs('gzip')('the system unpacks it', async () => {
  const bytes = program(3_000_000, 'system')
  const packed = await collect(gzipPieces(partsOf([[Buffer.from('x'), false], [bytes, true]]), { level: 4 }))
  assert.ok(execFileSync('gzip', ['-dc'], { input: packed, maxBuffer: 2 ** 24 }).equals(Buffer.concat([Buffer.from('x'), bytes])))
})

test('an error of the source, or of the memory, is the error of the stream', async () => {
  async function* broken() { yield Buffer.from('a'); throw new Error('gone') }
  async function* parts(): AsyncGenerator<DeflatePart> { yield { bytes: broken(), apart: true } }
  assert.is(await collect(gzipPieces(parts(), { level: 4 })).catch((error: Error) => error.message), 'gone')
  const forgetful: DeflateMemory = { find: () => Promise.reject(new Error('forgotten')), keep: () => {} }
  assert.is(await collect(gzipPieces(partsOf([[program(600_000, 'b'), true]]), { level: 4, memory: forgetful })).catch((error: Error) => error.message), 'forgotten')
})

test('a reader that stops closes the source', async () => {
  const closed = new Promise<string>(resolve => {
    async function* endless() {
      try { for (;;) yield crypto.getRandomValues(new Uint8Array(65536)) } finally { resolve('closed') }
    }
    async function* parts(): AsyncGenerator<DeflatePart> { yield { bytes: endless(), apart: true } }
    const reader = gzipPieces(parts(), { level: 1 })
    void reader.next().then(() => reader.next()).then(() => reader.return(undefined))
  })
  assert.is(await closed, 'closed')
})

test.run()

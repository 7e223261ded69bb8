import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseBytes } from '../../lib/values/parse-bytes.ts'
import { readableBytes, readableDuration } from '../../lib/values/readable.ts'

const sizes: readonly (readonly [bytes: number, text: string])[] = [
  [0, '0 B'], [1, '1 B'], [9, '9 B'], [1023, '1023 B'], [1024, '1.0 KiB'], [12 * 1024, '12 KiB'], [9.96 * 1024, '10 KiB'], [2 ** 20 - 1, '1.0 MiB'],
  [640 * 2 ** 20, '640 MiB'], [1.9 * 2 ** 30, '1.9 GiB'], [2 ** 30 - 1, '1.0 GiB'], [2 ** 40, '1.0 TiB'], [5000 * 2 ** 40, '5000 TiB'],
]
for (const [bytes, text] of sizes) test(`${bytes} bytes are ${text}`, () => { assert.is(readableBytes(bytes), text) })

test('sizes are near what they say, in four digits at most', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 2 ** 50 - 1 }), bytes => {
    const text = readableBytes(bytes)
    assert.match(text, /^\d{1,4}(\.\d)? ([KMGT]i)?B$/)
    const said = parseBytes(text) ?? 0
    assert.ok(Math.abs(said - bytes) <= bytes * 0.051, `${bytes}: ${text}`)
  }))
})

const durations: readonly (readonly [milliseconds: number, text: string])[] = [
  [0, '0.0 s'], [49, '0.0 s'], [400, '0.4 s'], [9940, '9.9 s'], [9960, '10 s'], [12_400, '12 s'], [59_400, '59 s'], [59_600, '1 min 0 s'], [185_000, '3 min 5 s'],
  [3_600_000, '60 min 0 s'],
]
for (const [milliseconds, text] of durations) test(`${milliseconds} milliseconds are ${text}`, () => { assert.is(readableDuration(milliseconds), text) })

test.run()

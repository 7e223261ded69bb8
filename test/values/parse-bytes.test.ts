import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseBytes } from '../../lib/values/parse-bytes.ts'

const sizes: readonly (readonly [text: string, bytes: number | undefined])[] = [
  ['2000000', 2_000_000], ['1k', 1000], ['1K', 1000], ['1kB', 1000], ['1KiB', 1024], ['1Ki', 1024], ['800MiB', 800 * 2 ** 20], ['3GiB', 3 * 2 ** 30],
  ['3gib', 3 * 2 ** 30], ['1.5G', 1.5e9], ['1.5 GiB', 1.5 * 2 ** 30], [' 2 TB ', 2e12], ['512B', 512], ['0.0001k', undefined],
  ['', undefined], ['0', undefined], ['0GiB', undefined], ['-1G', undefined], ['G', undefined], ['1.G', undefined], ['.5G', undefined], ['1e3', undefined],
  ['1 G B', undefined], ['half', undefined], ['1GiBB', undefined], ['1,5G', undefined], ['0x10', undefined], ['Infinity', undefined], ['1iB', undefined],
]

for (const [text, bytes] of sizes) test(`${JSON.stringify(text)} is ${bytes}`, () => { assert.is(parseBytes(text), bytes) })

test('a number of bytes is itself, and nothing makes it throw', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 2 ** 50 }), bytes => { assert.is(parseBytes(String(bytes)), bytes) }))
  fc.assert(fc.property(fc.string(), text => {
    const bytes = parseBytes(text)
    assert.ok(bytes === undefined || (Number.isInteger(bytes) && bytes > 0) || bytes > Number.MAX_SAFE_INTEGER)
  }))
})

test.run()

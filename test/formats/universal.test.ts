import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Slice, universal } from '../../lib/formats/universal.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import { collect } from './support/collect.ts'
import { memoryEntry } from './support/memory-entry.ts'
import { rejection } from './support/rejection.ts'

// That Go reads what is written here is in go-binaries.test.ts.

const slice = (architecture: string, content: string, size = content.length): Slice =>
  ({ ...memoryEntry('', content), architecture, size })

const refused: readonly (readonly [architectures: readonly string[], code: string, why: string])[] = [
  [[], 'TARGET', 'there is nothing to join'],
  [['amd64', '386'], 'TARGET', '386 is no architecture of macOS'],
  [['arm64', 'amd64', 'arm64'], 'TARGET', 'arm64 comes twice'],
]

for (const [architectures, code, why] of refused) {
  test(`${architectures.join(' and ') || 'nothing'} cannot be joined`, () => {
    assert.throws(() => universal(architectures.map(one => slice(one, ''))), (error: ReleaseError) =>
      `${error.code} ${error.message}` === `${code} Cannot make a universal binary: ${why}`)
  })
}

test('4 GiB cannot be joined', () => {
  assert.throws(() => universal([slice('amd64', '', 2 ** 31), slice('arm64', '', 2 ** 31)]), (error: Error) =>
    error instanceof ReleaseError && error.code === 'BINARY')
})

test('slices stand in the order and at the places that lipo gives them', async () => {
  const bytes = await collect(universal([slice('arm64', 'arm'), slice('amd64', 'intel')]).open())
  const words = Array.from({ length: 12 }, (_, index) => bytes.readUInt32BE(index * 4))
  assert.equal(words, [0xcafebabe, 2, 0x01000007, 3, 4096, 5, 12, 0x0100000c, 0, 16384, 3, 14])
  assert.is(bytes.toString('latin1', 4096, 4101), 'intel')
  assert.is(bytes.toString('latin1', 16384), 'arm')
  const between = [...bytes.subarray(48, 4096), ...bytes.subarray(4101, 16384)]
  assert.ok(between.every(byte => byte === 0))
})

test('one slice is enough', async () => {
  const joined = universal([slice('arm64', 'arm')])
  assert.is((await collect(joined.open())).length, joined.size)
})

test('a slice that is not as long as it says is an error', async () => {
  const error = await rejection(collect(universal([slice('arm64', 'arm', 4)]).open()))
  assert.is(error.code, 'CONTENT')
  assert.is(error.message, 'Cannot pack the arm64 slice: it should have 4 bytes and has 3')
})

test.run()

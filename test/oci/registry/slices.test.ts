import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { slicesOf } from '../../../lib/oci/registry/slices.ts'
import { bytesOf } from '../../support/tiny-image.ts'

const bytes = Buffer.from(Array.from({ length: 100 }, (_, index) => index))

function counted(size: number): { open: () => AsyncGenerator<Uint8Array>, opened: () => number, closed: () => number } {
  let [opened, closed] = [0, 0]
  return {
    opened: () => opened, closed: () => closed,
    open: async function* () {
      opened += 1
      try {
        for (let offset = 0; offset < bytes.length; offset += size) yield bytes.subarray(offset, offset + size)
      } finally {
        closed += 1
      }
    },
  }
}

test('any slices in any order', async () => {
  const slice = fc.tuple(fc.nat(100), fc.nat(100)).map(([a, b]) => ({ offset: Math.min(a, b), length: Math.abs(a - b) }))
  await fc.assert(fc.asyncProperty(fc.array(slice, { maxLength: 8 }), fc.integer({ min: 1, max: 120 }), async (all, size) => {
    const { open, opened, closed } = counted(size)
    const slices = slicesOf(open)
    for (const { offset, length } of all) assert.equal(await bytesOf(slices.read(offset, length)), bytes.subarray(offset, offset + length))
    await slices.close()
    assert.is(closed(), opened())
  }))
})

test('slices that follow each other are read in one go', async () => {
  const { open, opened } = counted(7)
  const slices = slicesOf(open)
  for (let offset = 0; offset < 100; offset += 30) assert.equal(await bytesOf(slices.read(offset, 30)), bytes.subarray(offset, offset + 30))
  assert.is(opened(), 1)
  await slices.close()
})

test('a slice that is given up does not disturb the next one', async () => {
  const { open, opened } = counted(5)
  const slices = slicesOf(open)
  const given = slices.read(0, 50)[Symbol.asyncIterator]()
  await given.next()
  const [late, next] = await Promise.all([given.next(), bytesOf(slices.read(5, 50))])
  assert.equal(late.value, bytes.subarray(5, 10))
  assert.equal(next, bytes.subarray(5, 55))
  assert.is(opened(), 2)
  await given.return?.()
  await slices.close()
})

test.run()

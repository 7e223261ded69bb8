import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { giveBack, lend, lentSize } from '../../lib/values/lent-bytes.ts'

test('what is given back is lent again, by any part of it', () => {
  const first = lend()
  assert.is(first.length, lentSize)
  first[7] = 1
  giveBack(first.subarray(100, 200))
  assert.is(lend().buffer, first.buffer)
})

test('nothing is lent to two at once, even if it was given back twice', () => {
  const one = lend()
  giveBack(one)
  giveBack(one)
  const all = Array.from({ length: 40 }, () => lend().buffer)
  assert.is(new Set(all).size, all.length)
})

test('what was never lent stays what it is', () => {
  const own = new Uint8Array(lentSize)
  giveBack(own)
  giveBack(Buffer.from('text'))
  assert.not.ok(Array.from({ length: 40 }, () => lend().buffer).includes(own.buffer))
})

test.run()

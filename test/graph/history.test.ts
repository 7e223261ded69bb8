import { test } from 'uvu'
import * as assert from 'uvu/assert'
import fc from 'fast-check'
import { type History, historyFrom, mergedHistory } from '../../lib/graph/history.ts'
import type { Json } from '../../lib/values/json.ts'

const none: History = { needs: {}, durations: {} }

test('reads what earlier runs wrote as it is, and what is no history as far as it is one', () => {
  const history = { needs: { 'example.com/x/cmd/x': { plain: 1, frugal: 2 } }, durations: { '0a': 3 } }
  assert.equal(historyFrom(history), history)
  assert.equal(historyFrom({ needs: { a: { plain: '1', frugal: 2 }, b: null }, durations: { c: 1, d: [] } }),
    { needs: { a: { frugal: 2 }, b: {} }, durations: { c: 1 } })
  fc.assert(fc.property(fc.jsonValue(), value => {
    const read = historyFrom(value)
    assert.equal(historyFrom(read as unknown as Json), read)
  }))
  for (const value of [undefined, null, 1, [], { needs: [], durations: 'x' }]) assert.equal(historyFrom(value), none)
})

test('takes over what others learned meanwhile, and what nobody did', () => {
  const before: History = { needs: { a: { plain: 10 }, b: { plain: 10 } }, durations: { s: 1, t: 1 } }
  const kept: History = { needs: { a: { plain: 10 }, b: { plain: 12 }, c: { plain: 3 } }, durations: { s: 1, t: 2, u: 3 } }
  const learned: History = { needs: { b: { frugal: 5 }, d: { generous: 4 } }, durations: { s: 7 } }
  assert.equal(mergedHistory(kept, learned, before), {
    needs: { a: { plain: 10 }, b: { plain: 12, frugal: 5 }, c: { plain: 3 }, d: { generous: 4 } }, durations: { s: 7, t: 2, u: 3 },
  })
})

test('a need fades, but not below what another run saw at the same time', () => {
  const before: History = { needs: { a: { plain: 100 } }, durations: {} }
  const learned: History = { needs: { a: { plain: 98 } }, durations: {} }
  const plain = (kept: number): number | undefined =>
    mergedHistory({ needs: { a: { plain: kept } }, durations: {} }, learned, before).needs['a']?.plain
  assert.is(plain(100), 98)
  assert.is(plain(120), 120)
  assert.is(plain(90), 98)
})

test('forgets what was not learned again for the longest time', () => {
  const named = (from: number, to: number, value: number): Record<string, number> =>
    Object.fromEntries(Array.from({ length: to - from }, (_, index) => [`step ${from + index}`, value]))
  const first = mergedHistory(none, { needs: {}, durations: named(0, 3000, 1) }, none)
  assert.is(Object.keys(first.durations).length, 3000)
  const again = mergedHistory(first, { needs: {}, durations: named(0, 10, 2) }, first)
  const { durations } = mergedHistory(again, { needs: {}, durations: named(3000, 3500, 3) }, again)
  assert.is(Object.keys(durations).length, 3000)
  assert.equal([durations['step 0'], durations['step 10'], durations['step 509'], durations['step 510'], durations['step 3499']], [2, undefined, undefined, 1, 3])
})

test.run()

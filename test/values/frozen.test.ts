import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { canonical } from '../../lib/values/canonical.ts'
import { frozen } from '../../lib/values/frozen.ts'

test('nothing in it can be changed', () => {
  const value = frozen({ a: [{ b: 1 }], c: { d: 'x' } })
  assert.throws(() => { value.c.d = 'y' }, TypeError)
  assert.throws(() => { (value.a as unknown[]).push(1) }, TypeError)
  assert.is(frozen(value), value)
  assert.is(frozen('text'), 'text')
})

test('what is frozen has the text that it had before, with places and without', () => {
  const make = () => ({ name: 'x', place: { folder: '/a' }, list: [1, { place: { at: 2 } }] })
  for (const places of ['with places', 'without places'] as const) {
    const value = frozen(make())
    assert.is(canonical(value, places), canonical(make(), places))
    assert.is(canonical(value, places), canonical(make(), places))
  }
})

test('what is not frozen may change between two looks', () => {
  const value = { a: 1 }
  assert.is(canonical(value), '{"a":1}')
  value.a = 2
  assert.is(canonical(value), '{"a":2}')
})

test.run()

import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { canonical } from '../../lib/values/canonical.ts'
import { ReleaseError } from '../../lib/values/errors.ts'

/** The same value with the keys of every object in another order. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).reverse().map(([name, one]) => [name, shuffled(one)]))
}

test('it is JSON, the same for the same value whatever the order of its keys', () => {
  fc.assert(fc.property(fc.jsonValue(), value => {
    const text = canonical(value)
    assert.is(canonical(shuffled(value)), text)
    assert.is(canonical(JSON.parse(text)), text)
  }))
})

test('values that differ differ in it', () => {
  fc.assert(fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
    assert.is(canonical(one) === canonical(other), JSON.stringify(described(one)) === JSON.stringify(described(other)))
  }))
})

/** The same for the same value: keys sorted, and no place that is an object. */
function described(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(described)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([name, one]) => name !== 'place' || typeof one !== 'object' || one === null || Array.isArray(one))
  return { entries: entries.sort(([a], [b]) => a < b ? -1 : 1).map(([name, one]) => [name, described(one)]) }
}

test('what is undefined is left out, in a list it holds its place', () => {
  assert.is(canonical({ b: 1, a: undefined }), '{"b":1}')
  assert.is(canonical([1, undefined, 2]), '[1,null,2]')
  assert.is(canonical(Array.from({ length: 2 })), '[null,null]')
  // eslint-disable-next-line no-sparse-arrays
  assert.is(canonical([, 1]), '[null,1]')
})

test('where a thing stands is left out at any depth, unless places are told apart; text of that name is kept', () => {
  const at = (folder: string) => ({ list: [{ source: { kind: 'source', place: { folder } } }] })
  assert.is(canonical(at('/one')), canonical(at('/two')))
  assert.is(canonical(at('/one')), '{"list":[{"source":{"kind":"source"}}]}')
  assert.is.not(canonical(at('/one'), 'with places'), canonical(at('/two'), 'with places'))
  assert.is(canonical({ environment: { place: 'Berlin' } }), '{"environment":{"place":"Berlin"}}')
  assert.is(canonical({ place: ['a'] }), '{"place":["a"]}')
})

test('what is no plain data is refused, and told', () => {
  class Thing { readonly part = 1 }
  const refused: readonly (readonly [value: unknown, what: string])[] = [
    [() => 1, 'a function'], [Symbol('x'), 'a symbol'], [1n, 'a bigint'], [Number.NaN, 'a number that is NaN'], [Infinity, 'a number that is Infinity'],
    [new Date(0), 'an instance of Date'], [new Map(), 'an instance of Map'], [new Thing(), 'an instance of Thing'], [Buffer.from(''), 'an instance of Buffer'],
    [undefined, 'nothing'], [Object.create(Object.create(null) as object), 'an instance of a class'],
  ]
  for (const [value, what] of refused) {
    for (const held of value === undefined ? [value] : [value, [value], { a: { b: value } }]) {
      assert.throws(() => canonical(held), (error: ReleaseError) => error.code === 'USAGE' && error.message.endsWith(`: its input holds ${what}`), what)
    }
  }
  assert.is(canonical(Object.assign(Object.create(null) as object, { a: 1 })), '{"a":1}')
})

test.run()

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { mistakesIn } from '../../lib/testing/github/mistakes-in.ts'
import type { Schema } from '../../lib/testing/github/openapi.ts'

const components: Readonly<Record<string, Schema>> = { name: { type: 'string', minLength: 1 } }
const resolve = <T>(value: T | { readonly $ref: string }): T => {
  const { $ref: reference } = value as { readonly $ref?: string }
  return (reference === undefined ? value : components[reference]) as T
}
const judged = (value: unknown, schema: Schema): readonly string[] => mistakesIn(value, schema, { resolve })

test('a value is compared with a schema', () => {
  const schema: Schema = {
    type: 'object', required: ['id', 'name'], additionalProperties: false,
    properties: { id: { type: 'integer', minimum: 1 }, name: { $ref: 'name' }, size: { type: 'number', nullable: true }, list: { type: 'array', items: { $ref: 'name' } } },
  }
  assert.equal(judged({ id: 1, name: 'a', size: null, list: ['b'] }, schema), [])
  assert.equal(judged({ id: 0.5, size: 'x', list: [''], more: 1 }, schema), [
    '.name: it is missing', '.id: it is no integer', '.size: it is no number', '.list.0: it has 0 characters', '.more: it is not known',
  ])
  assert.equal(judged({ id: 0, name: null }, schema), ['.id: 0 is out of bounds', '.name: it is no string'])
  assert.equal(judged([], schema), [': it is no object'])
})

test('one of several schemas is enough, all of several are needed', () => {
  const [text, number]: readonly Schema[] = [{ type: 'string' }, { type: 'number' }]
  if (!text || !number) throw new Error('there are two')
  assert.equal([judged('a', { oneOf: [number, text] }), judged(1, { anyOf: [number, text] })], [[], []])
  assert.equal(judged(true, { oneOf: [number, text] }), [': it is no number'])
  assert.equal(judged('a', { allOf: [text, { enum: ['b'] }] }), [': it is "a", none of ["b"]'])
})

test('addresses and times are looked at', () => {
  assert.equal(judged('https://api.example/a{/b}', { type: 'string', format: 'uri' }), [])
  assert.equal(judged('nowhere', { type: 'string', format: 'uri' }), [': nowhere is no address'])
  assert.equal(judged('2026-01-01T00:00:00Z', { type: 'string', format: 'date-time' }), [])
  assert.equal(judged('yesterday', { type: 'string', format: 'date-time' }), [': yesterday is no time'])
})

test.run()

import fc from 'fast-check'
import compare from 'semver/functions/compare.js'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { versionOrder } from '../../lib/formats/version-order.ts'

const number = fc.nat({ max: 12 }).map(String)
const field = fc.oneof(number, fc.constantFrom('rc', 'beta', 'a', 'A', '1a', '-', 'rc-1'))
const version = fc.tuple(number, number, number, fc.array(field, { maxLength: 3 }), fc.constantFrom('', '+build.1')).map(([major, minor, patch, fields, build]) =>
  `${major}.${minor}.${patch}${fields.length === 0 ? '' : `-${fields.join('.')}`}${build}`)

test('versions are in the order that semver has them in', () => {
  fc.assert(fc.property(version, version, (one, other) => { assert.is(Math.sign(versionOrder(one, other) ?? NaN), compare(one, other)) }), { numRuns: 2000 })
})

test('what is no version has no order', () => {
  for (const text of ['', '1.2', 'unreleased', '1.2.3.4', '1.2.3-']) assert.is(versionOrder(text, '1.2.3'), undefined)
  assert.is(versionOrder('v1.2.3', '1.2.3'), 0)
})

test.run()

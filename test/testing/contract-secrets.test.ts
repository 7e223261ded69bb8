import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { secretForms, secretsIn } from '../../lib/testing/contract/secret-forms.ts'

const secret = fc.string({ minLength: 10, maxLength: 40, unit: 'grapheme' })
const around = fc.string({ maxLength: 9, unit: 'binary' })

test('a secret is found in whatever it was written into', () => {
  const writings: readonly ((text: string) => string)[] = [
    text => text, encodeURIComponent, JSON.stringify, text => Buffer.from(text).toString('base64'), text => Buffer.from(text).toString('base64url'),
    text => Buffer.from(text).toString('hex'), text => new URLSearchParams({ text }).toString(),
  ]
  fc.assert(fc.property(secret, around, around, fc.constantFrom(...writings), (one, before, after, write) => {
    // Half of a character of two parts is no text.
    fc.pre([one, before, after].every(text => Buffer.from(text).toString() === text))
    assert.equal(secretsIn(write(`${before}${one}${after}`), ['another-secret', one]), [one])
  }), { numRuns: 500 })
})

test('a text without it has none of its forms', () => {
  assert.equal(secretsIn('token ghp_reader0123456789 of nobody: Z2hwX3JlYWRlcg==', ['ghp_writer0123456789']), [])
  assert.ok(secretForms('ghp_writer0123456789').every(form => form.length >= 6))
})

test.run()

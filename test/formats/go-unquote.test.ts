import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { goUnquote } from '../../lib/formats/go-unquote.ts'

/** Literals as strconv.Quote and the Go specification write them. */
const literals: readonly (readonly [literal: string, text: string])[] = [
  ['plain', 'plain'],
  ['', ''],
  ['""', ''],
  ['"-s -w"', '-s -w'],
  [String.raw`"a \"b\" \\n"`, 'a "b" \\n'],
  [String.raw`"\a\b\f\n\r\t\v\'"`, '\u0007\b\f\n\r\t\v\''],
  [String.raw`"\x41\101\u00fc\U0001f600"`, 'AAü😀'],
  [String.raw`"\xff\x7f"`, '\ufffd\u007f'],
  ['"ü ☃"', 'ü ☃'],
  ['`raw \\n "text"`', 'raw \\n "text"'],
]

for (const [literal, text] of literals) {
  test(`${literal} is ${JSON.stringify(text)}`, () => { assert.is(goUnquote(literal), text) })
}

test.run()

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { fit } from '../../lib/render/fit.ts'

for (const [text, columns, fitted] of [
  ['binary 12/17', 12, 'binary 12/17'],
  ['binary 12/17', 11, 'binary 12/…'],
  ['binary 12/17', 8, 'binary…'],
  ['日本語', 6, '日本語'],
  ['日本語', 5, '日本…'],
  ['tab\there', 20, 'tab here'],
  ['\u001B[31mred\u001B[0m', 3, 'red'],
] as const) {
  test(`${JSON.stringify(text)} in ${columns} columns`, () => { assert.is(fit(text, columns), fitted) })
}

test.run()

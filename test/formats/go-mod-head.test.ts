import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { goModHead } from '../../lib/formats/go-mod-head.ts'
import { goWork } from '../../lib/formats/go-work.ts'

test('a module and its Go version', () => {
  assert.equal(goModHead('module example.com/a\n\ngo 1.23.4\n\nrequire b v1.0.0\n'), { module: 'example.com/a', go: '1.23.4' })
})

test('comments, quotes, blocks and carriage returns', () => {
  assert.equal(goModHead('// module no\r\nmodule "a/b" // c\r\ngo 1.21 // d\r\n'), { module: 'a/b', go: '1.21' })
  assert.equal(goModHead('module (\n\t`a`\n)\n'), { module: 'a' })
})

test('words that only begin like it', () => {
  assert.is(goModHead('modules a\n'), undefined)
  assert.equal(goModHead('module a\ngodebug default=go1.21\n'), { module: 'a' })
})

test('the folders of a workspace', () => {
  assert.equal(goWork('go 1.23\n\nuse ./a // b\nuse (\n\t./c\n\t// ./d\n\t"./e f"\n)\nreplace g => ./h\n'), ['./a', './c', './e f'])
  assert.equal(goWork('go 1.23\n'), [])
})

test.run()

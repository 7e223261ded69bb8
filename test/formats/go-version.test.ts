import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isOlderGo } from '../../lib/formats/go-version.ts'

const inOrder = ['go1.20', 'go1.20.14', 'go1.21beta1', 'go1.21rc1', 'go1.21rc2', 'go1.21.0', 'go1.21.9', 'go1.21.10', 'go1.22.0', 'go2.0.0']

test('a release is older than every one after it, and than none before it', () => {
  for (const [index, one] of inOrder.entries()) {
    for (const [position, other] of inOrder.entries()) assert.is(isOlderGo(one, other), index < position, `${one} ${other}`)
  }
})

test('a vendor\'s suffix changes nothing, and what has no number is not older', () => {
  assert.not(isOlderGo('go1.22.3', 'go1.22.3-bigcorp'))
  assert.ok(isOlderGo('go1.22.3-bigcorp', 'go1.22.4'))
  for (const other of ['default', 'local', 'devel go1.99-abcdef', '']) {
    assert.not(isOlderGo('go1.22.3', other))
    assert.not(isOlderGo(other, 'go1.22.3'))
  }
})

test.run()

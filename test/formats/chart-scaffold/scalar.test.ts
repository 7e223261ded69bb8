import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { scalar } from '../../../lib/formats/chart-scaffold/scalar.ts'
import { parseYaml } from '../../../lib/formats/yaml.ts'

test('what needs no quotes has none', () => {
  for (const text of ['serve', '/healthz', 'https://github.com/example/gateway', 'A small gateway', 'ghcr.io/example/my_app']) assert.is(scalar(text), text)
  for (const text of ['', 'yes', 'No', '8080', '-v', 'a: b', 'a #b', ' a', 'a ', 'it\'s', '{{ x }}', 'registry:5000/a']) assert.is(scalar(text), JSON.stringify(text))
})

test('every text is read again as what it was', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), text => {
    assert.equal(parseYaml(`key: ${scalar(text)}\n`, 'test'), { key: text })
  }))
})

test.run()

import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { chartName } from '../../../lib/formats/chart-scaffold/chart-name.ts'

test('names that projects have', () => {
  for (const [name, chart] of [
    ['gateway', 'gateway'], ['my_App.v2', 'my-app-v2'], ['9front', 'app-9front'], ['--a--b--', 'a-b'], ['größe', 'gr-e'], ['', 'app'], ['世界', 'app'],
    [`${'long-'.repeat(20)}name`, `${'long-'.repeat(9)}long`],
  ] as const) assert.is(chartName(name), chart)
})

test('whatever it is called, it is a DNS label and its own name', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), name => {
    const chart = chartName(name)
    assert.match(chart, /^[a-z][a-z\d]*(-[a-z\d]+)*$/)
    assert.ok(chart.length <= 50)
    assert.is(chartName(chart), chart)
  }))
})

test.run()

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { groupState, groupText } from '../../lib/render/group-text.ts'
import type { Phase, Row } from '../../lib/render/row.ts'

const made: Phase = { state: 'made', since: 1000, at: 32_000 }
const cached: Phase = { state: 'cached', at: 500 }
const running: Phase = { state: 'running', since: 2000 }
const failed: Phase = { state: 'failed', since: 500, at: 3000, reason: 'no' }
const cancelled: Phase = { state: 'cancelled', at: 3000, reason: 'it needs another' }

function rows(phases: readonly Phase[], nature: Row['nature'] = 'step'): readonly Row[] {
  return phases.map((phase, index) => ({ id: String(index), group: 'binary', title: 'lint', name: 'gateway', nature, phase }))
}

for (const [phases, text, state] of [
  [[{ state: 'waiting' }, { state: 'waiting' }], 'binary 0/2', 'waiting'],
  [[made, cached, running], 'binary 2/3', 'running'],
  [[made, failed, running], 'binary 1/3, 1 failed', 'running'],
  [[made, cached, cached], 'binary 3/3, 2 from the cache, 31 s', 'made'],
  [[cached, cached], 'binary 2/2, 2 from the cache', 'made'],
  [[made, failed, cancelled], 'binary 1/3, 1 failed, 1 cancelled, 32 s', 'failed'],
  [[cached, cancelled], 'binary 1/2, 1 from the cache, 1 cancelled', 'cancelled'],
  [[{ state: 'skipped', at: 1, reason: 'gone' }], 'binary 0/1, 1 skipped', 'skipped'],
] as const) {
  test(`${text} is ${state}`, () => {
    const group = { name: 'binary', rows: rows(phases) }
    assert.equal([groupText(group, 9000), groupState(group)], [text, state])
  })
}

test('a goal of the project is told by its time', () => {
  const texts = [running, { ...made, at: 3400 }, failed].map(phase => groupText({ name: 'lint', rows: rows([phase], 'chore') }, 9000))
  assert.equal(texts, ['lint  7 s', 'lint, 2.4 s', 'lint: no'])
})

test.run()

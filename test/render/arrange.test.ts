import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { arrange, type Shown } from '../../lib/render/arrange.ts'
import type { Group } from '../../lib/render/progress.ts'
import type { Phase } from '../../lib/render/row.ts'

const phase = fc.constantFrom<Phase>({ state: 'waiting' }, { state: 'running', since: 5 }, { state: 'made', at: 9, since: 1 },
  { state: 'cached', at: 2 }, { state: 'failed', at: 3, reason: 'no' }, { state: 'cancelled', at: 3, reason: 'stopped' })
const groups = fc.array(fc.array(phase, { minLength: 1, maxLength: 20 }), { maxLength: 12 }).map(kinds => kinds.map(groupOf))

function groupOf(phases: readonly Phase[], index: number): Group {
  const group = `kind${index}`
  return { name: group, rows: phases.map((one, number) => ({ id: `${group} ${number}`, group, title: 'title', name: 'name', nature: 'step', phase: one })) }
}

function linesOf(shown: readonly Shown[]): number {
  return shown.reduce((sum, { rows, more }) => sum + 1 + rows.length + (more > 0 ? 1 : 0), 0)
}

const told = ({ rows }: Group): number => rows.filter(({ phase: { state } }) => state === 'running' || state === 'failed').length

test('an arrangement never has more lines than the screen', () => {
  fc.assert(fc.property(groups, fc.integer({ min: 1, max: 60 }), (all, lines) => linesOf(arrange(all, lines)) <= lines))
})

test('with room for all nothing is left out', () => {
  fc.assert(fc.property(groups, all => {
    const shown = arrange(all, Infinity)
    return shown.length === all.length && shown.every(({ group, rows, more }) => more === 0 && rows.length === told(group))
  }))
})

test('what is left out is counted, wherever more than one line can be given to a kind', () => {
  fc.assert(fc.property(groups, fc.integer({ min: 1, max: 60 }), (all, lines) =>
    arrange(all, lines).every(({ group, rows, more }) => more === 0 ? rows.length < 2 || rows.length === told(group) : rows.length + more === told(group))))
})

test('lines are shared out evenly, and none is left empty while something is left out', () => {
  const running: Phase = { state: 'running', since: 1 }
  const shown = arrange([groupOf(Array.from({ length: 9 }, () => running), 0), groupOf([running], 1)], 7)
  assert.equal(shown.map(({ rows, more }) => [rows.length, more]), [[3, 6], [1, 0]])
})

test('on a tiny screen what is over goes before what runs', () => {
  const over: Phase = { state: 'made', at: 1, since: 0 }
  const kinds: readonly (readonly Phase[])[] = [[over], [{ state: 'failed', at: 1 }], [{ state: 'running', since: 1 }], [{ state: 'waiting' }]]
  assert.equal(arrange(kinds.map(groupOf), 2).map(({ group: { name } }) => name), ['kind1', 'kind2'])
})

test.run()

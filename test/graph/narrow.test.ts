import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { narrow } from '../../lib/graph/narrow.ts'
import { closureOf, inputsOf, titleOf } from '../../lib/graph/step.ts'
import type { Target } from '../../lib/values/target.ts'
import { toys } from '../support/toy-steps.ts'

const test = suite('narrow')
const { step, deed } = toys()

const only = (...targets: readonly Target[]) => (target: Target): boolean => targets.includes(target)
const linux = step('linux', [step('shared')], { target: 'linux/amd64' })
const mac = step('mac', [step('shared')], { target: 'darwin/arm64' })
const free = step('free', [step('shared')])

test('what has a target is kept as it is, or goes', () => {
  assert.equal(narrow([linux, mac], only('linux/amd64')), [linux])
  assert.equal(narrow([linux, mac], only()), [])
  assert.equal(narrow([linux, mac, linux], only('linux/amd64', 'darwin/arm64')), [linux, mac, linux])
})

test('what joins several gets fewer, and is partial with all below it', () => {
  const end = deed('end', [step('join', [linux, mac])])
  const [narrowed] = narrow([end], only('linux/amd64'))
  assert.equal(closureOf(narrowed ? [narrowed] : []).map(one => [titleOf(one), one.partial]), [
    ['toy shared', false], ['toy linux', false], ['toy join', true], ['deed end', true],
  ])
  assert.is.not(narrowed?.recipe, end.recipe)
  assert.equal(narrow([end], only('linux/amd64', 'darwin/arm64')), [end])
})

test('what is left without all that it joins goes, and what it has no need of stays', () => {
  const joined = step('joined', [mac])
  assert.equal(narrow([joined, step('below', [linux], { only: joined }), free], only('linux/amd64')), [free])
  const [mixed] = narrow([step('mixed', [mac, free])], only('linux/amd64'))
  assert.equal(mixed && inputsOf(mixed).map(titleOf), ['toy free'])
})

test('equal steps stay one', () => {
  const [left, right] = narrow([step('left', [step('join', [linux, mac])]), step('right', [step('join', [linux, mac])])], only('linux/amd64'))
  assert.is(left && inputsOf(left)[0]?.recipe, right && inputsOf(right)[0]?.recipe)
})

test.run()

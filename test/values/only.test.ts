import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ReleaseError } from '../../lib/values/errors.ts'
import { only } from '../../lib/values/only.ts'
import type { Target } from '../../lib/values/target.ts'

const targets: readonly Target[] = ['linux/amd64', 'linux/amd64/v3', 'linux/arm/v6', 'linux/arm/v7', 'darwin/arm64', 'darwin/all', 'windows/amd64']

const choices: readonly (readonly [patterns: readonly string[], chosen: readonly string[]])[] = [
  [['linux/arm'], ['linux/arm/v6', 'linux/arm/v7']],
  [['linux/arm/v7'], ['linux/arm/v7']],
  [['linux/amd64'], ['linux/amd64', 'linux/amd64/v3']],
  [['darwin'], ['darwin/arm64', 'darwin/all']],
  [['*/amd64'], ['linux/amd64', 'linux/amd64/v3', 'windows/amd64']],
  [['*/*/v7'], ['linux/arm/v7']],
  [['*'], targets],
  [['darwin/*', 'windows'], ['darwin/arm64', 'darwin/all', 'windows/amd64']],
  [[' darwin/arm64 , windows/amd64 ,'], ['darwin/arm64', 'windows/amd64']],
]

for (const [patterns, chosen] of choices) {
  test(`${JSON.stringify(patterns)} chooses ${chosen.length}`, () => { assert.equal(targets.filter(only(patterns, targets)), chosen) })
}

const mistakes: readonly (readonly [patterns: readonly string[], message: RegExp, hint: RegExp])[] = [
  [['linux/arm6'], /^Cannot build only linux\/arm6: no target/, /^Did you mean linux\/arm\/v6\?|^Did you mean linux\/amd64\?/],
  [['linxu'], /^Cannot build only linxu/, /^Did you mean linux\? The targets: linux\/amd64/],
  [['linux', 'plan9'], /^Cannot build only plan9/, /The targets: /],
  [['linux/arm/v7/x'], /^Cannot build only linux\/arm\/v7\/x/, /./],
  [['linux/'], /^Cannot build only linux\//, /./],
  [[], /^Cannot build only some targets: none is named$/, /^The targets: linux\/amd64 /],
  [['', ' , '], /none is named$/, /./],
]

for (const [patterns, message, hint] of mistakes) {
  test(`${JSON.stringify(patterns)} is a mistake that is told`, () => {
    assert.throws(() => only(patterns, targets), (error: ReleaseError) => error.code === 'USAGE' && message.test(error.message) && hint.test(error.hint ?? ''))
  })
}

test.run()

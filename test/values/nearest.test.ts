import { test } from 'uvu'
import * as assert from 'uvu/assert'
import fc from 'fast-check'
import { nearest } from '../../lib/values/nearest.ts'

const goals = ['build', 'release', 'plan', 'check', 'clean', 'doctor']

const cases: readonly (readonly [word: string, expected: string | undefined])[] = [
  ['relase', 'release'], ['realese', 'release'], ['Release', 'release'], ['paln', 'plan'], ['chekc', 'check'],
  ['cleen', 'clean'], ['docter', 'doctor'], ['publish', undefined], ['x', undefined], ['', undefined],
]

for (const [word, expected] of cases) {
  test(`of ${JSON.stringify(word)} is ${expected ?? 'nothing'}`, () => {
    assert.is(nearest(word, goals), expected)
  })
}

test('there is nothing near where there are no words', () => {
  assert.is(nearest('plan', []), undefined)
})

test('a word that is there is its own nearest', () => {
  fc.assert(fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }), words => {
    for (const word of words) assert.is(nearest(word, words), word)
  }))
})

test('swapping two neighbours of a longer word is forgiven', () => {
  fc.assert(fc.property(fc.stringMatching(/^[a-z]{4,12}$/), fc.nat(), (word, position) => {
    const at = position % (word.length - 1)
    const swapped = word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2)
    assert.is(nearest(swapped, [word]), word)
  }))
})

test.run()

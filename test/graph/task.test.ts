import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { closureOf, inputsOf, isStep, titleOf } from '../../lib/graph/step.ts'
import { mapInput, recompose, task } from '../../lib/graph/task.ts'
import type { Artifact } from '../../lib/values/artifact.ts'
import type { Source } from '../../lib/values/source.ts'
import { toys } from '../support/toy-steps.ts'
import { thrown } from '../support/thrown.ts'

const test = suite('task')
const { step, deed, log } = toys()

const source = (folder: string): Source => ({ kind: 'source', use: 'go', place: { folder, outputs: [] } })

function reading(observed: boolean) {
  return task<{ readonly of: Source }, Artifact<'toy'>>({
    name: 'reading', revision: 1, outline: () => ({ kind: 'toy', name: 'reading' }), work: async (_input, { content }) => content.put([], 'text/plain'),
    ...(observed ? { observe: async () => ({ value: null, reads: [] }) } : {}),
  })
}

test('composing does nothing', () => {
  const [a, b] = [step('a'), step('b')]
  const end = deed('end', [step('join', [a, b])])
  assert.ok(isStep(end) && Object.isFrozen(end))
  assert.equal(closureOf([end, a]).map(titleOf), ['toy a', 'toy b', 'toy join', 'deed end'])
  assert.equal(inputsOf(end).map(titleOf), ['toy join'])
  assert.equal(log, [])
})

test('a recipe is the same for the same task, revision and input, and for nothing else', () => {
  const different = [
    step('a'), step('b'), step('a', [step('b')]), step('a', [step('b'), step('c')]), step('a', [step('c'), step('b')]), step('a', [], { text: 'x' }),
    step('a', [], { revision: 2 }), step('a', [], { task: 'game' }), deed('a'), recompose(step('a'), step('a').input),
  ]
  assert.is(new Set(different.map(({ recipe }) => recipe)).size, different.length)
  assert.is(step('a', [step('b')]).recipe, step('a', [step('b')]).recipe)
})

test('two folders are two sources, although what is made of them depends on their content alone', () => {
  const read = reading(true)
  assert.is(read({ of: source('/one') }).recipe, read({ of: source('/one') }).recipe)
  assert.is.not(read({ of: source('/one') }).recipe, read({ of: source('/two') }).recipe)
})

test('a list that is changed after composing changes no step', () => {
  const list = [step('a')]
  const join = step('join', list)
  list.push(step('b'))
  assert.equal(inputsOf(join).map(titleOf), ['toy a'])
})

test('a task that takes a source has to say what it reads of it', () => {
  const error = thrown(() => reading(false)({ of: source('/one') }))
  assert.is(error.message, 'Cannot compose reading: it takes a source as of and does not observe it')
})

test('an input that is no data is refused', () => {
  const loose = task<{ readonly value: unknown }, Artifact<'toy'>>({
    name: 'loose', revision: 1, outline: () => ({ kind: 'toy', name: 'loose' }), work: async (_input, { content }) => content.put([], 'text/plain'),
  })
  for (const value of [() => 1, new Date(0), new Map(), Symbol('a'), 1n, Number.NaN, [() => 1], { in: { it: () => 1 } }, { deep: step('a') }]) {
    assert.is(thrown(() => loose({ value })).code, 'USAGE')
  }
  for (const value of [null, true, 1, 'a', [1, [2]], { a: { b: [] } }, undefined]) loose({ value })
})

test('a task has a usable name and a whole revision', () => {
  for (const [name, revision] of [['', 1], ['Big', 1], ['a/b', 1], ['1a', 1], ['a', 1.5]] as const) {
    const define = () => task({ name, revision, outline: () => ({ kind: 'toy', name }), work: async (_input, { content }) => content.put([], 'text/plain') })
    assert.is(thrown(define).code, 'USAGE', name)
  }
})

test('an outline sees outlines alone, of artifacts that are given as data too', () => {
  const seen: unknown[] = []
  const look = task<{ readonly one: Artifact<'toy'>; readonly many: readonly Artifact<'toy'>[] }, Artifact<'toy'>>({
    name: 'look', revision: 1, work: async (_input, { content }) => content.put([], 'text/plain'),
    outline: input => {
      seen.push(input)
      return { kind: 'toy', name: 'look' }
    },
  })
  const there: Artifact<'toy'> = { kind: 'toy', name: 'there', mediaType: 'text/plain', digest: `sha256:${'0'.repeat(64)}`, size: 0 }
  look({ one: step('a'), many: [there, step('b')] })
  assert.equal(seen, [{ one: { kind: 'toy', name: 'a' }, many: [{ kind: 'toy', name: 'there' }, { kind: 'toy', name: 'b' }] }])
})

test('mapping an input leaves what is no step', () => {
  assert.equal(mapInput({ a: 1, b: [step('x'), 'y'], c: step('z') }, titleOf), { a: 1, b: ['toy x', 'y'], c: 'toy z' })
})

test.run()

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Step } from '../../lib/graph/step.ts'
import { graphFixture, type GraphFixture } from '../support/graph-fixture.ts'
import { toys, type Toys } from '../support/toy-steps.ts'

interface Context extends Toys {
  graph: GraphFixture
  key(one: Step): Promise<string>
}

const test = suite<Context>('key')

test.before.each(async context => {
  const graph = await graphFixture()
  Object.assign(context, toys(), {
    graph, key: async (one: Step) => {
      const outcome = (await graph.run([one], { fresh: true })).get(one.recipe)
      return outcome && 'key' in outcome ? outcome.key : outcome?.state
    },
  })
})
test.after.each(async ({ graph }) => { await graph.close() })

test('it changes with the task, its revision and its input', async ({ step, key }) => {
  const steps = [
    step('a'), step('b'), step('a', [], { text: 'x' }), step('a', [], { task: 'game' }), step('a', [], { revision: 2 }), step('a', [step('b')]),
    step('a', [step('c')]), step('a', [], { only: step('b') }), step('a', [], { target: 'linux/amd64' }),
  ]
  const keys = await Promise.all(steps.map(key))
  assert.is(new Set(keys).size, steps.length)
  assert.equal(await Promise.all(steps.map(key)), keys)
})

test('it changes with the bytes of an input, not with how they were made', async ({ step, key, on }) => {
  const below = step('below', [step('a')])
  const before = await key(below)
  on('a', () => undefined)
  assert.is(await key(below), before)
  assert.is.not(await key(step('below', [step('a', [], { text: 'other bytes' })])), before)
})

test('it changes with what is seen outside', async ({ step, key, sees }) => {
  let value: unknown = 'one'
  sees('a', () => value)
  const keys = []
  for (value of ['one', 'two', null, ['one'], { place: 'one' }]) keys.push(await key(step('a')))
  assert.is(new Set(keys).size, keys.length)
})

test('it does not change with where something stands', async ({ step, key }) => {
  const [here, there] = [step('a', [], { place: { folder: '/here' } }), step('a', [], { place: { folder: '/there' } })]
  assert.is(await key(here), await key(there))
  assert.is.not(here.recipe, there.recipe)
})

test.run()

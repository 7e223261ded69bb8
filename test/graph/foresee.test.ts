import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Observer } from '../../lib/contracts/workshop.ts'
import { titleOf, type Step } from '../../lib/graph/step.ts'
import { task } from '../../lib/graph/task.ts'
import type { Artifact } from '../../lib/values/artifact.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import { Skip } from '../../lib/values/skip.ts'
import { failure, graphFixture, states, type GraphFixture } from '../support/graph-fixture.ts'
import { toys } from '../support/toy-steps.ts'

interface Context {
  graph: GraphFixture
  /** How often a step was asked what it foresees. */
  asked: string[]
  /** A step that foresees what it is told. */
  step(name: string, foresee?: (observer: Observer) => unknown, of?: readonly Step<Artifact<'toy'>>[]): Step<Artifact<'toy'>>
}

const test = suite<Context>('foresee')

test.before.each(async context => {
  const asked: string[] = []
  const foresights = new Map<string, (observer: Observer) => unknown>()
  const wary = task<{ readonly name: string; readonly of: readonly Artifact<'toy'>[] }, Artifact<'toy'>>({
    name: 'wary', revision: 1, outline: ({ name }) => ({ kind: 'toy', name }),
    foresee: async ({ name, of }, observer) => {
      asked.push([name, ...of.map(one => one.name)].join(' '))
      await foresights.get(name)?.(observer)
    },
    work: async ({ name }, { content }) => content.put([Buffer.from(name)], 'text/plain'),
  })
  Object.assign(context, {
    graph: await graphFixture(), asked,
    step: (name: string, foresee: (observer: Observer) => unknown = () => undefined, of: readonly Step<Artifact<'toy'>>[] = []) => {
      foresights.set(name, foresee)
      return wary({ name, of })
    },
  })
})
test.after.each(({ graph }) => graph.close())

test('a plan asks, a run tries', async ({ graph, step, asked }) => {
  const away = step('away', () => { throw new Skip('the registry is away') })
  const { step: toy } = toys()
  const below = toy('below', [], { only: away })
  const planned = await graph.plan([below])
  assert.equal(planned.get(away.recipe), { state: 'skipped', reason: 'the registry is away' })
  assert.equal(planned.get(below.recipe), { state: 'skipped', reason: 'the registry is away' })
  assert.equal(states(await graph.run([below]), [away, below]), { 'wary away': 'made', 'toy below': 'made' })
  assert.equal(asked, ['away'])
})

test('what is in the cache is not asked', async ({ graph, step, asked }) => {
  const one = step('one', () => { throw new Skip('away') })
  await graph.run([one])
  assert.is((await graph.plan([one])).get(one.recipe)?.state, 'cached')
  assert.equal(asked, [])
})

test('what would fail fails in the plan, and what foresees nothing would be made', async ({ graph, step }) => {
  const bad = step('bad', () => { throw new ReleaseError('Cannot stand on it: it is gone', { code: 'REGISTRY' }) })
  const good = step('good')
  const planned = await graph.plan([bad, good])
  assert.is(failure(planned, bad).message, 'Cannot stand on it: it is gone')
  assert.is(planned.get(good.recipe)?.state, 'make')
})

test('where nothing may be skipped, it is a failure in the plan already', async ({ graph, step }) => {
  const away = step('away', () => { throw new Skip('the registry is away') })
  assert.match(failure(await graph.plan([away], { strict: true }), away).message, /the registry is away/)
})

test('what waits for others is asked too, with what is known of them', async ({ graph, step, asked }) => {
  const [made, skipped] = [step('made'), step('skipped', () => { throw new Skip('away') })]
  const above = step('above', undefined, [made, skipped])
  const away = step('far', () => { throw new Skip('far away') }, [made])
  const planned = await graph.plan([above, away])
  assert.is(planned.get(above.recipe)?.state, 'depends')
  assert.equal(planned.get(away.recipe), { state: 'skipped', reason: 'far away' })
  assert.equal(asked.filter(name => name.includes(' ')).sort(), ['above made', 'far made'])
})

test('what several steps ask alike is asked once', async ({ graph, step }) => {
  let times = 0
  const ask = (observer: Observer): Promise<unknown> => observer.once('the registry', async () => { times += 1 })
  await graph.plan([step('a', ask), step('b', ask)])
  assert.is(times, 1)
})

test('a step is called with its platform where its name is the same for all', () => {
  const called = (kind: string, name: string): string => {
    const make = task<{ readonly name: string }, Artifact>({
      name: kind, revision: 1, outline: input => ({ kind, name: input.name, target: 'linux/arm64' }), work: async () => { throw new Error('never') },
    })
    return titleOf(make({ name }))
  }
  assert.is(called('platform-image', 'gateway:1.2.3-alpine'), 'platform-image gateway:1.2.3-alpine linux/arm64')
  assert.is(called('base', 'docker.io/library/alpine:3'), 'base docker.io/library/alpine:3 linux/arm64')
  assert.is(called('layer', 'gateway'), 'layer gateway linux/arm64')
  assert.is(called('archive', 'gateway_linux_arm64.tar.gz'), 'archive gateway_linux_arm64.tar.gz')
})

test.run()

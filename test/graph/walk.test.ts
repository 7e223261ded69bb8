import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { living } from '../../lib/clients/process-tree.ts'
import { needsFrom } from '../../lib/graph/needs.ts'
import { Skip } from '../../lib/values/skip.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import { failure, graphFixture, made, states, type GraphFixture } from '../support/graph-fixture.ts'
import { gate, toys, type Toys } from '../support/toy-steps.ts'

interface Context extends Toys {
  graph: GraphFixture
}

const test = suite<Context>('walk')

test.before.each(async context => { Object.assign(context, toys(), { graph: await graphFixture() }) })
test.after.each(async ({ graph }) => { await graph.close() })

test('steps start when their own inputs are there, not when others are', async ({ step, on, log, graph }) => {
  const slow = gate()
  const [a, b] = [step('a'), step('b')]
  const [after, last] = [step('after a', [a]), step('last', [b])]
  on('b', () => slow.passed)
  on('after a', slow.open)   // b cannot end before this begins
  await graph.run([after, last])
  assert.ok(log.indexOf('+after a') < log.indexOf('-b'), log.join(' '))
})

test('a failed step cancels only what depends on it; the rest is made and every failure told', async ({ step, on, graph }) => {
  const [bad, worse, good] = [step('bad'), step('worse'), step('good')]
  const [below, aside] = [step('below', [bad, good]), step('aside', [good])]
  const all = [bad, worse, good, below, step('far below', [below]), aside]
  on('bad', () => { throw new ReleaseError('Cannot do it: it is bad', { code: 'COMPILE' }) })
  on('worse', () => { throw new TypeError('x is not a function') })
  const outcomes = await graph.run(all)
  assert.equal(Object.values(states(outcomes, all)), ['failed', 'failed', 'made', 'cancelled', 'cancelled', 'made'])
  assert.is(failure(outcomes, bad).message, 'Cannot do it: it is bad')
  assert.is(failure(outcomes, worse).message, 'Cannot make toy worse: x is not a function')
  assert.equal(outcomes.get(below.recipe), { state: 'cancelled', reason: 'it needs toy bad' })
  assert.equal(graph.events.filter(({ type }) => type === 'end').length, all.length)
})

test('what was made before a failure is in the cache for the next run', async ({ step, on, times, graph }) => {
  const [good, bad] = [step('good'), step('bad')]
  const end = step('end', [good, bad])
  on('bad', () => { throw new Error('no') })
  await graph.run([end])
  on('bad', () => undefined)
  assert.equal(states(await graph.run([end]), [good, bad, end]), { 'toy good': 'cached', 'toy bad': 'made', 'toy end': 'made' })
  assert.is(times('good'), 1)
})

test('--fail-fast stops everything at the first failure', async ({ step, on, graph }) => {
  const started = gate()
  const [bad, slow, waits] = [step('bad'), step('slow', [], { slot: 'cpu' }), step('waits', [], { slot: 'cpu' })]
  on('slow', ({ signal }) => new Promise((_resolve, reject) => {
    started.open()
    signal.addEventListener('abort', () => reject(signal.reason as Error))
  }))
  on('bad', async () => {
    await started.passed
    throw new Error('no')
  })
  const outcomes = await graph.run([bad, slow, waits, step('below', [slow])], { failFast: true, jobs: 1 })
  assert.equal([...outcomes.values()].map(({ state }) => state).sort(), ['cancelled', 'cancelled', 'cancelled', 'failed'])
  assert.equal(outcomes.get(waits.recipe), { state: 'cancelled', reason: 'stopped by --fail-fast' })
})

test('a skipped step leaves arrays, and skips a single dependent with the same reason', async ({ step, on, graph }) => {
  const [gone, there] = [step('gone'), step('there')]
  const join = step('join', [gone, there])
  const single = step('single', [there], { only: gone })
  const [below, alone] = [step('below', [], { only: single }), step('alone', [gone])]
  on('gone', () => { throw new Skip('the registry is away') })
  const outcomes = await graph.run([join, below, alone])
  for (const one of [gone, single, below, alone]) assert.equal(outcomes.get(one.recipe), { state: 'skipped', reason: 'the registry is away' })
  assert.is((await graph.bytes(made(outcomes, join))).toString(), `join\n\n${made(outcomes, there).digest}\nnone`)
})

test('a skip is never cached', async ({ step, on, times, graph }) => {
  const gone = step('gone')
  on('gone', () => { throw new Skip('away') })
  await graph.run([gone])
  on('gone', () => undefined)
  assert.is((await graph.run([gone])).get(gone.recipe)?.state, 'made')
  assert.is(times('gone'), 2)
})

test('--strict makes a skip a failure', async ({ step, on, graph }) => {
  const gone = step('gone')
  const join = step('join', [gone, step('there')])
  on('gone', () => { throw new Skip('the registry is away') })
  const outcomes = await graph.run([join], { strict: true })
  assert.match(failure(outcomes, gone).message, /^Cannot make toy gone: the registry is away$/)
  assert.is(outcomes.get(join.recipe)?.state, 'cancelled')
})

test('an effect behind a skipped step is told that something is missing', async ({ step, deed, on, graph }) => {
  const partial: unknown[] = []
  const gone = step('gone')
  on('gone', () => { throw new Skip('away') })
  for (const name of ['with', 'without']) on(name, world => partial.push((world as { partial?: boolean }).partial))
  await graph.run([deed('with', [step('join', [gone, step('there')])]), deed('without', [step('there')])])
  assert.equal(partial.map(String).sort(), ['false', 'true'])
})

test('plan makes nothing, and says what a run then makes', async ({ step, deed, log, graph }) => {
  const [a, b] = [step('a'), step('b')]
  const join = step('join', [a, b])
  const end = deed('end', [join])
  const all = [a, b, join, end]
  assert.equal(Object.values(states(await graph.plan(all), all)), ['make', 'make', 'depends', 'depends'])
  assert.equal(log, [])
  assert.equal(await graph.cached(), [])
  await graph.run([a])
  assert.equal(Object.values(states(await graph.plan(all), all)), ['cached', 'make', 'depends', 'depends'])
  assert.equal(Object.values(states(await graph.run(all), all)), ['cached', 'made', 'made', 'made'])
  assert.equal(Object.values(states(await graph.plan(all), all)), ['cached', 'cached', 'cached', 'make'])
})

test('an effect is never cached, a deterministic step below a changed one may be', async ({ step, deed, times, graph }) => {
  const end = deed('end', [step('a')])
  await graph.run([end])
  await graph.run([end])
  assert.equal([times('a'), times('end')], [1, 2])
})

test('equal steps are one step, wherever they were made', async ({ step, times, graph }) => {
  const [left, right] = [step('left', [step('same')]), step('right', [step('same')])]
  const outcomes = await graph.run([left, right, step('same')])
  assert.equal([outcomes.size, times('same')], [3, 1])
})

test('without looking anything up all is made again, and kept', async ({ step, times, graph }) => {
  const a = step('a')
  await graph.run([a])
  assert.is((await graph.run([a], { fresh: true })).get(a.recipe)?.state, 'made')
  assert.is((await graph.run([a])).get(a.recipe)?.state, 'cached')
  assert.is(times('a'), 2)
})

test('each step has a temporary folder of its own that is gone after, failed or not', async ({ step, on, graph }) => {
  const { writeFile } = await import('node:fs/promises')
  const folders = new Set<string>()
  for (const name of ['a', 'b']) {
    on(name, async ({ folder }) => {
      folders.add(folder)
      await writeFile(`${folder}/left`, 'x')
      if (name === 'b') throw new Error('no')
    })
  }
  await graph.run([step('a'), step('b')])
  assert.is(folders.size, 2)
  assert.equal((await graph.cached()).filter(file => file.startsWith('tmp')), [])
})

test('work that is done again shows again, what was kept stays', async ({ step, sees, times, graph }) => {
  let value = 'one'
  sees('a', () => value)
  const a = step('a')
  await graph.run([a])
  value = 'two'
  assert.is((await graph.run([a])).get(a.recipe)?.state, 'made')
  value = 'one'
  assert.is((await graph.run([a])).get(a.recipe)?.state, 'cached')
  assert.is(times('a'), 2)
})

test('a source that changes under the work is an error, and nothing is kept of it', async ({ step, sees, on, graph }) => {
  let value = 'one'
  sees('a', () => value)
  on('a', () => { value = 'two' })
  const a = step('a')
  const outcomes = await graph.run([a, step('below', [a])])
  const error = failure(outcomes, a) as ReleaseError
  assert.equal([error.code, error.message], ['CHANGED', 'Cannot keep toy a: files that it is made from changed while it was being made'])
  assert.equal((await graph.cached()).filter(file => file.startsWith('records')), [])
  on('a', () => undefined)
  assert.is((await graph.run([a])).get(a.recipe)?.state, 'made')
})

test('a signal that was given before starts nothing', async ({ step, log, graph }) => {
  const outcomes = await graph.run([step('b', [step('a')])], { signal: AbortSignal.abort(new Error('stopped by a signal')) })
  assert.equal([...outcomes.values()].map(({ state }) => state), ['cancelled', 'cancelled'])
  assert.equal(log, [])
})

test('a signal cancels what runs and waits, kills programs, and keeps what is finished', async ({ step, on, graph }) => {
  const stop = new AbortController()
  const done = step('done')
  let pid = 0
  on('runs', ({ exec }) => exec('sh', ['-c', 'echo $$; sleep 60 & wait'], {
    line: text => {
      pid = Number(text)
      stop.abort(new ReleaseError('stopped by SIGINT', { code: 'CANCELLED' }))
    },
  }))
  const runs = step('runs', [done], { slot: 'cpu' })
  const waits = Array.from({ length: 20 }, (_, index) => step(`waits ${index}`, [done], { slot: 'cpu' }))
  const outcomes = await graph.run([runs, ...waits], { signal: stop.signal, jobs: 1 })
  assert.is(outcomes.get(done.recipe)?.state, 'made')
  for (const one of [runs, ...waits]) assert.equal(outcomes.get(one.recipe), { state: 'cancelled', reason: 'stopped by SIGINT' })
  assert.equal(await living([-pid]), [])
  assert.is((await graph.run([done])).get(done.recipe)?.state, 'cached')
})

test('what the programs of work need together is measured, told and remembered', async ({ step, on, graph }) => {
  const needs = needsFrom({})
  const hold = 'const held = Buffer.alloc(150 << 20, 1); setTimeout(() => held.length, 700)'
  on('big', ({ exec }) => exec('sh', ['-c', `"${process.execPath}" -e '${hold}' & wait`]))
  const big = step('big', [], { memory: 'example.com/big' })
  made(await graph.run([big], { needs }), big)
  const [work] = graph.events.flatMap(event => event.type === 'end' ? [event.work] : [])
  assert.ok((work?.peak ?? 0) > 150 << 20, `${work?.peak} bytes`)
  assert.equal(needs.all(), { 'example.com/big': { generous: work?.peak } })
})

test('many waiting steps do not look like a leak', async ({ step, graph }) => {
  const warnings: string[] = []
  const listen = (warning: Error): void => { warnings.push(warning.message) }
  process.on('warning', listen)
  await graph.run(Array.from({ length: 40 }, (_, index) => step(`a${index}`, [], { slot: 'cpu' })), { jobs: 1 })
  await new Promise(resolve => { setImmediate(resolve) })
  process.off('warning', listen)
  assert.equal(warnings, [])
})

test('what is to be done at the end is done, last first, however the run ends', async ({ deed, on, graph }) => {
  const ended: string[] = []
  on('good', world => {
    for (const name of ['first', 'second']) (world as { atEnd?: (act: () => Promise<void>) => void }).atEnd?.(async () => { ended.push(name) })
  })
  on('bad', world => {
    (world as { atEnd?: (act: () => Promise<void>) => void }).atEnd?.(async () => {
      ended.push('third')
      throw new Error('this is nobody\'s failure')
    })
    throw new Error('no')
  })
  const good = deed('good')
  const bad = deed('bad', [good])
  assert.equal(states(await graph.run([good, bad]), [good, bad]), { 'deed good': 'made', 'deed bad': 'failed' })
  assert.equal(ended, ['third', 'second', 'first'])
})

test.run()

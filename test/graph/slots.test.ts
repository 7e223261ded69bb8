import { setMaxListeners } from 'node:events'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { needsFrom, unseenGenerousBytes, type Need } from '../../lib/graph/needs.ts'
import { Slots, type Permit, type Want } from '../../lib/graph/slots.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import { failure, graphFixture, states } from '../support/graph-fixture.ts'
import { toys } from '../support/toy-steps.ts'

const test = suite('slots')
const { signal } = new AbortController()
setMaxListeners(0, signal)
const GiB = 2 ** 30

function slotsOf(cpu: number, memory: number, earlier: Record<string, Need> = {}) {
  const needs = needsFrom(earlier)
  return { needs, slots: new Slots({ cpu, net: 1, memory, budget: memory }, needs, () => performance.now()) }
}

/** Asks, and tells what was granted by now. */
function ask(slots: Slots, want: Omit<Want, 'signal'>) {
  const asked: { permit?: Permit, error?: unknown } = {}
  const settled = slots.acquire({ ...want, signal }).then(
    permit => Object.assign(asked, { permit }), (error: unknown) => Object.assign(asked, { error }))
  return { asked, settled }
}

const turn = () => new Promise(resolve => { setImmediate(resolve) })

async function grants(slots: Slots, wants: readonly Omit<Want, 'signal'>[]) {
  const all = wants.map(want => ask(slots, want).asked)
  await turn()
  return all
}

const cpu = (memory?: string): Omit<Want, 'signal'> => ({ slot: 'cpu', memory })

test('as many at once as there are places, the most urgent next', async () => {
  const { slots } = slotsOf(2, 1)
  const [a, b, c, d, e] = await grants(slots, [cpu(), cpu(), { slot: 'cpu', priority: 1 }, { slot: 'cpu', priority: 5 }, { slot: 'net' }])
  assert.equal([a, b, c, d, e].map(one => one?.permit !== undefined), [true, true, false, false, true])
  a?.permit?.release()
  a?.permit?.release()   // a second time is nothing
  await turn()
  assert.equal([c, d].map(one => one?.permit !== undefined), [false, true])
  b?.permit?.release()
  await turn()
  assert.ok(c?.permit)
})

test('who is stopped while it waits takes no place', async () => {
  const { slots } = slotsOf(1, 1)
  const stop = new AbortController()
  const [first] = await grants(slots, [cpu()])
  const waiting = slots.acquire({ slot: 'cpu', signal: stop.signal })
  const [after] = await grants(slots, [cpu()])
  stop.abort(new Error('stopped'))
  assert.is(await waiting.catch((error: Error) => error.message), 'stopped')
  first?.permit?.release()
  await turn()
  assert.ok(after?.permit)
  const late = await slots.acquire({ slot: 'cpu', signal: stop.signal }).catch((error: Error) => error.message)
  assert.is(late, 'stopped')
})

test('with plenty of memory what was never seen runs freely, as many as there are jobs', async () => {
  const { slots } = slotsOf(3, 3 * unseenGenerousBytes)
  const all = await grants(slots, [cpu('x'), cpu('x'), cpu('x'), cpu('x')])
  assert.equal(all.map(({ permit }) => permit?.thrift), ['generous', 'generous', 'generous', undefined])
})

test('with little memory what was never seen runs alone first, then by what it was seen to need', async () => {
  const { slots } = slotsOf(4, 4 * GiB)
  const all = await grants(slots, Array.from({ length: 5 }, () => cpu('x')))
  assert.is(all.filter(({ permit }) => permit).length, 1)
  all[0]?.permit?.saw(GiB)
  all[0]?.permit?.release()
  await turn()
  assert.equal(all.slice(1).map(({ permit }) => permit?.thrift), ['plain', 'plain', 'plain', 'plain'])
})

for (const [times, most] of [[4, 4], [3.5, 3], [2.9, 2], [1.9, 1], [1.3, 1]] as const) {
  test(`at ${times} times what one needs, ${most} run at once`, async () => {
    const { slots } = slotsOf(4, times * GiB, { x: { plain: GiB } })
    const all = await grants(slots, Array.from({ length: 6 }, () => cpu('x')))
    assert.is(all.filter(({ permit }) => permit).length, most)
    assert.is(all[0]?.permit?.thrift, times < 1.5 ? 'frugal' : 'plain')
  })
}

test('what uses more than was set aside for it keeps others out', async () => {
  const { slots } = slotsOf(3, 3 * GiB, { x: { plain: GiB } })
  const [a] = await grants(slots, [cpu('x')])
  a?.permit?.saw(2.5 * GiB)
  const [b] = await grants(slots, [cpu('x')])
  assert.not(b?.permit)
  a?.permit?.saw(GiB)
  const [c] = await grants(slots, [cpu()])
  c?.permit?.release()
  await turn()
  assert.ok(b?.permit)
})

test('alone is alone: nothing that needs memory beside it, what needs none goes on', async () => {
  const { slots } = slotsOf(4, 8 * GiB, { x: { plain: GiB } })
  const [a, alone, b] = await grants(slots, [cpu('x'), { slot: 'cpu', memory: 'x', alone: true }, cpu('x')])
  assert.equal([a, alone, b].map(one => one?.permit !== undefined), [true, false, true])
  a?.permit?.release()
  b?.permit?.release()
  await turn()
  assert.is(alone?.permit?.thrift, 'frugal')
  assert.is(alone?.permit?.share, 8 * GiB)
  const [c, plain] = await grants(slots, [cpu('x'), cpu()])
  assert.equal([c, plain].map(one => one?.permit !== undefined), [false, true])
  alone?.permit?.release()
  await turn()
  assert.ok(c?.permit)
})

test('work that is known to need more than there is, is refused by name and need', async () => {
  const { slots } = slotsOf(2, 1.5 * GiB, { 'example.com/x ./cmd/x': { plain: 2 * GiB }, 'y': { plain: 2 * GiB, frugal: GiB } })
  const { asked, settled } = ask(slots, cpu('example.com/x ./cmd/x'))
  await settled
  const { code, message, hint } = asked.error as ReleaseError
  assert.is(code, 'MEMORY')
  assert.is(message, 'Cannot compile example.com/x ./cmd/x: it needs about 2.0 GiB of memory, and there are 1.5 GiB')
  assert.match(hint ?? '', /at least 2\.6 GiB/)
  // Seen to do with less, it is let in to do with less.
  assert.is((await grants(slots, [cpu('y')]))[0]?.permit?.thrift, 'frugal')
})

test('with very little memory what was never seen does with as little as it can, and stays so while not all could do with more', async () => {
  const { slots } = slotsOf(4, 1.5 * GiB)
  const all = await grants(slots, Array.from({ length: 5 }, () => cpu('x')))
  assert.equal(all.map(({ permit }) => permit?.thrift), ['frugal', undefined, undefined, undefined, undefined])
  all[0]?.permit?.saw(0.4 * GiB)
  all[0]?.permit?.release()
  await turn()
  assert.equal(all.slice(1).map(({ permit }) => permit?.thrift), ['frugal', 'frugal', 'frugal', undefined])
  const { slots: roomy } = slotsOf(2, 4 * GiB, { x: { frugal: GiB } })
  assert.equal((await grants(roomy, [cpu('x'), cpu('x')])).map(({ permit }) => permit?.thrift), ['plain', 'plain'])
})

test('what was only seen to run freely needs no more than that by itself', async () => {
  const { slots } = slotsOf(4, 4 * GiB, { x: { generous: 1.9 * GiB } })
  assert.equal((await grants(slots, [cpu('x'), cpu('x'), cpu('x')])).map(({ permit }) => permit?.thrift), ['plain', 'plain', undefined])
})

for (const alone of [false, true]) {
  test(`what was killed ${alone ? 'at its second try' : 'at its first, with nothing beside it,'} is not begun for another platform`, async () => {
    const { slots } = slotsOf(2, GiB)
    const [first, next, retry] = await grants(slots, [{ ...cpu('x'), alone }, cpu('x'), { ...cpu('x'), alone: true }])
    assert.is(first?.permit?.thrift, 'frugal')
    first?.permit?.saw(0.8 * GiB)
    first?.permit?.release('killed')
    await turn()
    const { code, message, hint } = (next?.error ?? {}) as ReleaseError
    assert.is(code, 'MEMORY')
    assert.is(message, 'Cannot compile x: it needs more memory than the 819 MiB at which the kernel killed it, with nothing beside it, and there are 1.0 GiB')
    assert.match(hint ?? '', /at least 1\.3 GiB/)
    assert.ok(retry?.permit)   // it was promised
  })
}

test('what was killed with something beside it, or before it did with little, is begun again', async () => {
  const { slots } = slotsOf(2, 4 * GiB, { x: { plain: GiB } })
  const [a, b, c] = await grants(slots, [cpu('x'), cpu('x'), cpu('x')])
  for (const one of [a, b]) {
    one?.permit?.saw(1.5 * GiB)
    one?.permit?.release('killed')
  }
  await turn()
  assert.ok(c?.permit)
  const { slots: tight } = slotsOf(2, 1.9 * GiB, { x: { frugal: 0.9 * GiB } })
  const [d, e, f] = await grants(tight, [cpu('x'), cpu('x'), cpu('x')])
  assert.equal([d, e].map(one => one?.permit?.thrift), ['frugal', 'frugal'])
  d?.permit?.release('killed')
  e?.permit?.release('killed')
  await turn()
  assert.ok(f?.permit)
})

test('what broke off early teaches nothing of what whole work needs', async () => {
  const { slots, needs } = slotsOf(4, 4 * GiB)
  const [a, b] = await grants(slots, [cpu('x'), cpu('x')])
  a?.permit?.saw(1000)
  a?.permit?.release('broken off')
  await turn()
  assert.is(needs.find('x'), undefined)
  b?.permit?.saw(GiB)
  b?.permit?.release()
  assert.equal(needs.find('x'), { plain: GiB })
  const [c] = await grants(slots, [cpu('x')])
  c?.permit?.saw(2 * GiB)
  c?.permit?.release('broken off')
  assert.equal(needs.find('x'), { plain: 2 * GiB })
})

test('needs fade by a fiftieth from run to run, however much was warm in one', () => {
  const needs = needsFrom({ x: { plain: 1000, generous: 5000 } })
  for (let count = 0; count < 20; count += 1) needs.learn('x', 'plain', 100)
  assert.equal(needs.find('x'), { plain: 980, generous: 5000 })
  needs.learn('x', 'plain', 1200)
  needs.learn('x', 'plain', 100)
  needs.learn('x', 'frugal', 0)
  assert.equal(needs.all(), { x: { plain: 1200, generous: 5000 } })
  assert.equal(needsFrom(needs.all()).find('x'), { plain: 1200, generous: 5000 })
  assert.is(needs.find('constructor'), undefined)
  needs.learn('constructor', 'plain', 7)
  assert.equal(needs.find('constructor'), { plain: 7 })
})
test('cores are shared with what runs and will go on for a while; while more waits, by as many as run at once', async () => {
  let now = 0
  const needs = needsFrom({})
  const slots = new Slots({ cpu: 2, net: 1, memory: 100 * GiB, budget: 100 * GiB }, needs, () => now)
  const [a, b, c] = await grants(slots, [cpu('a'), cpu('a'), cpu('a')])
  assert.equal([a, b, c].map(one => one?.permit?.companions()), [2, 2, undefined], 'one waits')
  now = 100
  a?.permit?.release()
  await turn()
  assert.is(c?.permit?.companions(), 1, 'such work takes 100, so that the other one is about to end')
  now = 110
  b?.permit?.release()
  const [d, small] = await grants(slots, [cpu('a'), cpu()])
  assert.equal([c, d].map(one => one?.permit?.companions()), [2, 2])
  now = 190
  c?.permit?.release('broken off')
  assert.is(d?.permit?.companions(), 1, 'nothing else is there')
  small?.permit?.release()
  d?.permit?.release()

  const wide = new Slots({ cpu: 8, net: 1, memory: 100 * GiB, budget: 5 * GiB }, needsFrom({ a: { generous: 2 * GiB } }), () => now)
  const few = await grants(wide, [cpu('a'), cpu('a'), cpu('a')])
  assert.equal(few.map(one => one.permit?.companions()), [2, 2, undefined], 'where it waits for memory, it takes no cores')
})


const commands = fc.array(fc.oneof(
  fc.record({ type: fc.constant('ask' as const), name: fc.constantFrom('a', 'b', 'c', 'd', undefined), alone: fc.boolean() }),
  fc.record({ type: fc.constant('end' as const), which: fc.nat(20), peak: fc.nat(1200) }),
  fc.record({ type: fc.constant('see' as const), which: fc.nat(20), bytes: fc.nat(1200) }),
), { maxLength: 40 })

test('what is set aside together is never above the budget, unless one runs alone', () => fc.assert(
  fc.asyncProperty(commands, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 500, max: 20_000 }), async (script, jobs, budget) => {
    const needs = needsFrom({ a: { plain: 300 }, b: { plain: 700, frugal: 500 }, c: { frugal: 450, generous: 2000 } })
    const slots = new Slots({ cpu: jobs, net: 1, memory: 20_000, budget }, needs, () => performance.now())
    const all: ReturnType<typeof ask>['asked'][] = []
    const live = new Map<Permit, { name: string | undefined, estimate: number, alone: boolean }>()
    const look = async (): Promise<void> => {
      await turn()
      for (const [index, asked] of all.entries()) {
        const permit = asked.permit
        const wanted = wants[index]
        if (!permit || seen.has(permit) || !wanted) continue
        seen.add(permit)
        const known = wanted.name === undefined ? undefined : before(wanted.name, permit)
        live.set(permit, { name: wanted.name, estimate: known ?? 0, alone: wanted.alone && wanted.name !== undefined })
      }
      const heavy = [...live.values()].filter(({ name }) => name !== undefined)
      if (heavy.some(({ alone }) => alone)) assert.is(heavy.length, 1)
      assert.ok(live.size <= jobs)
      if (heavy.length > 1) assert.ok(heavy.reduce((sum, { estimate }) => sum + estimate, 0) <= budget)
    }
    const before = (name: string, { thrift }: Permit): number => {
      const { plain, frugal, generous } = needs.find(name) ?? {}
      if (thrift === 'generous') return generous ?? Math.max(unseenGenerousBytes, 2 * (plain ?? 2 * (frugal ?? 0)))
      const seen = thrift === 'frugal' ? frugal ?? plain : plain ?? (frugal === undefined ? undefined : 2 * frugal)
      return Math.min(seen ?? generous ?? budget, budget)
    }
    const seen = new Set<Permit>()
    const wants: { name: string | undefined, alone: boolean }[] = []
    for (const command of script) {
      const running = [...live.keys()]
      if (command.type === 'ask') {
        wants.push(command)
        all.push(ask(slots, { slot: 'cpu', memory: command.name, alone: command.alone }).asked)
      } else if (running.length > 0) {
        const permit = running[command.which % running.length] as Permit
        if (command.type === 'see') permit.saw(command.bytes)
        else {
          live.delete(permit)
          permit.release()
        }
      }
      await look()
    }
    // Nobody waits for ever.
    while (live.size > 0) {
      for (const permit of live.keys()) {
        live.delete(permit)
        permit.release()
      }
      await look()
    }
    assert.ok(all.every(({ permit, error }) => permit ?? error))
  }), { numRuns: 200 }))

test('a compiler that the kernel kills is tried once more, alone, and no third time', async () => {
  const graph = await graphFixture()
  const { step, on, times, log } = toys()
  const killed = new ReleaseError('Cannot compile: the kernel killed the compiler', { code: 'MEMORY', cause: { peak: 1 } })
  const all = ['dies once', 'dies twice', 'lives'].map(name => step(name, [], { slot: 'cpu', memory: 'x' }))
  on('dies once', () => { if (times('dies once') === 1) throw killed })
  on('dies twice', () => { throw killed })
  const outcomes = await graph.run(all, { jobs: 4 })
  assert.equal(states(outcomes, all), { 'toy dies once': 'made', 'toy dies twice': 'failed', 'toy lives': 'made' })
  assert.equal([times('dies once'), times('dies twice'), times('lives')], [2, 2, 1])
  for (const name of ['dies once', 'dies twice']) {
    const [began, ended] = [log.lastIndexOf(`+${name}`), log.lastIndexOf(`-${name}`)]
    assert.is(ended, began + 1, log.join(' '))
  }
  assert.is(failure(outcomes, all[1] as typeof all[number]), killed)
  assert.equal(graph.notices().length, 2)
  const [work] = graph.events.flatMap(event => event.type === 'end' && event.step === all[0] ? [event.work] : [])
  assert.equal([work?.tries, work?.thrift], [2, 'frugal'])
  await graph.close()
})

test('a refusal for want of memory is not tried again', async () => {
  const graph = await graphFixture()
  const { step, times } = toys()
  const big = step('big', [], { slot: 'cpu', memory: 'x' })
  const outcomes = await graph.run([big], { memory: GiB, needs: needsFrom({ x: { plain: 2 * GiB } }) })
  assert.match(failure(outcomes, big).message, /it needs about 2\.0 GiB of memory, and there are 1\.0 GiB/)
  assert.is(times('big'), 0)
  await graph.close()
})

test('waiting for inputs holds no place', async () => {
  const graph = await graphFixture()
  const { step, log } = toys()
  const deep = step('3', [step('2', [step('1', [], { slot: 'cpu' })], { slot: 'cpu' })], { slot: 'cpu' })
  await graph.run([deep, step('aside', [], { slot: 'cpu' })], { jobs: 1 })
  assert.is(log.length, 8)
  await graph.close()
})

test.run()

import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { WalkOptions } from '../../lib/graph/walk-options.ts'
import { needsFrom } from '../../lib/graph/needs.ts'
import { Slots } from '../../lib/graph/slots.ts'
import { inputsOf, type Step } from '../../lib/graph/step.ts'
import { walk } from '../../lib/graph/walk.ts'
import { Skip } from '../../lib/values/skip.ts'
import { memoryStore } from '../support/memory-store.ts'
import { toys, type Toy } from '../support/toy-steps.ts'

const test = suite('any graph of steps')

interface Node {
  /** Inputs, as numbers of earlier nodes. */
  readonly inputs: readonly number[]
  /** An input that is no list. */
  readonly only: number | undefined
  readonly fate: 'good' | 'fails' | 'skips'
  /** How many turns of the event loop it takes. */
  readonly turns: number
  readonly slot: 'cpu' | 'net' | undefined
  readonly memory: number | undefined
}

const graphs: fc.Arbitrary<readonly Node[]> = fc.array(fc.record({
  inputs: fc.array(fc.nat(40), { maxLength: 4 }), only: fc.option(fc.nat(40), { nil: undefined, freq: 3 }),
  fate: fc.oneof({ weight: 8, arbitrary: fc.constant('good' as const) }, fc.constantFrom('fails' as const, 'skips' as const)),
  turns: fc.nat(3), slot: fc.constantFrom('cpu' as const, 'cpu' as const, 'net' as const, undefined),
  memory: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
}), { minLength: 1, maxLength: 24 })

interface Seen {
  /** How each step ended, in the order of composition. */
  readonly outcomes: readonly string[]
  readonly log: readonly string[]
  readonly most: { cpu: number; net: number }
  readonly steps: readonly Step<Toy>[]
}

/** Composes the graph and walks over it. */
async function walkOver(nodes: readonly Node[], jobs: number, seed: number): Promise<Seen> {
  const { step, on, log } = toys()
  const store = memoryStore()
  const running = { cpu: 0, net: 0 }
  const most = { cpu: 0, net: 0 }
  const steps: Step<Toy>[] = []
  for (const [index, { inputs, only, fate, turns, slot, memory }] of nodes.entries()) {
    const earlier = (input: number): Step<Toy> | undefined => index === 0 ? undefined : steps[input % index]
    const single = only === undefined ? undefined : earlier(only)
    on(String(index), async () => {
      if (slot) most[slot] = Math.max(most[slot], running[slot] += 1)
      for (let turn = 0; turn < (turns + seed) % 4; turn += 1) await new Promise(resolve => { setImmediate(resolve) })
      if (slot) running[slot] -= 1
      if (fate === 'fails') throw new Error(`${index} fails`)
      if (fate === 'skips') throw new Skip(`${index} is away`)
    })
    steps.push(step(String(index), inputs.flatMap(input => earlier(input) ?? []), {
      ...(single ? { only: single } : {}), ...(slot ? { slot } : {}), ...(memory ? { memory: `m${memory}` } : {}),
    }))
  }
  const needs = needsFrom({ m1: { plain: 100 }, m2: { plain: 500, frugal: 400 }, m3: { plain: 990 }, m4: { generous: 2000 } })
  const options: WalkOptions = {
    mode: 'run', content: store.content, records: store.records, signal: new AbortController().signal, emit: () => undefined,
    slots: new Slots({ cpu: jobs, net: 2, memory: 1000, budget: 900 }, needs, Date.now), now: Date.now, place: { root: '/' }, shared: new Map(), report: () => undefined,
    temporary: async () => '/nowhere', discard: async () => undefined, exec: () => async () => { throw new Error('no programs here') },
  }
  const outcomes = await walk(steps, options)
  const told = steps.map(({ recipe }) => {
    const outcome = outcomes.get(recipe)
    if (!outcome) return 'no outcome'
    return [outcome.state, 'artifact' in outcome ? outcome.artifact.digest : 'error' in outcome ? outcome.error.message : 'reason' in outcome ? outcome.reason : ''].join(' ')
  })
  return { outcomes: told, log, most, steps }
}

/** How a step ends follows from the graph alone. */
function expected(nodes: readonly Node[]): readonly string[] {
  const states: string[] = []
  for (const [index, { inputs, only, fate }] of nodes.entries()) {
    const list = index === 0 ? [] : inputs.map(input => states[input % index])
    const single = index === 0 || only === undefined ? undefined : states[only % index]
    if ([...list, single].some(state => state === 'failed' || state === 'cancelled')) states.push('cancelled')
    else if (single === 'skipped' || (list.length > 0 && list.every(state => state === 'skipped'))) states.push('skipped')
    else states.push({ good: 'made', fails: 'failed', skips: 'skipped' }[fate])
  }
  return states
}

test('ends the same for any number of jobs, and as the graph says', () => fc.assert(fc.asyncProperty(graphs, fc.nat(3), async (nodes, seed) => {
  const [one, many] = await Promise.all([walkOver(nodes, 1, 0), walkOver(nodes, 6, seed)])
  assert.equal(many.outcomes, one.outcomes)
  assert.equal(one.outcomes.map(line => line.split(' ')[0]), expected(nodes))
}), { numRuns: 150, includeErrorInReport: true }))

test('never runs more at once than there are jobs, each step once, inputs first', () => fc.assert(
  fc.asyncProperty(graphs, fc.integer({ min: 1, max: 5 }), async (nodes, jobs) => {
    const { log, most, steps } = await walkOver(nodes, jobs, 1)
    assert.ok(most.cpu <= jobs && most.net <= 2, `${most.cpu} of ${jobs}, ${most.net} of 2`)
    assert.is(new Set(log).size, log.length)
    for (const step of steps) {
      const began = log.indexOf(`+${step.outline.name}`)
      // A skipped input may never have begun.
      const inputs = inputsOf(step).map(({ outline }) => outline.name).filter(name => log.includes(`+${name}`))
      for (const name of began >= 0 ? inputs : []) assert.ok(log.lastIndexOf(`-${name}`, began) >= 0, `${step.outline.name} after ${name}`)
    }
  }), { numRuns: 150, includeErrorInReport: true }))

test.run()

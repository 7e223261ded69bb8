import { needsFrom } from '../../../lib/graph/needs.ts'
import { Slots } from '../../../lib/graph/slots.ts'
import { closureOf, type Step } from '../../../lib/graph/step.ts'
import { walk, type Outcomes } from '../../../lib/graph/walk.ts'
import type { Renderer } from '../../../lib/renderer.ts'
import type { Release } from '../../../lib/values/release.ts'
import type { MemoryStore } from '../../support/memory-store.ts'

export interface DrawOptions {
  readonly store: MemoryStore
  readonly renderer: Renderer
  readonly signal?: AbortSignal
  /** Steps that compute at once; one, so that the order is always the same, where it is absent. */
  readonly jobs?: number
  readonly expected?: (step: Step) => number | undefined
}

/** Looks at the cache and then makes steps, as a run does, drawn by a renderer. */
export async function drawWalk(steps: readonly Step[], { store, renderer, signal, jobs = 1, expected }: DrawOptions): Promise<Outcomes> {
  const all = closureOf(steps)
  const slots = new Slots({ cpu: jobs, net: 8, memory: 1e12, budget: 1e12 }, needsFrom({}), Date.now)
  const options = {
    slots, content: store.content, records: store.records, 
    // Without folders of their own, which nothing here needs, steps follow each other in the same order every time.
    temporary: async () => '/nowhere', discard: async () => undefined,
    signal: signal ?? new AbortController().signal, now: Date.now, place: { root: '/' }, release: {} as Release, report: () => undefined,
    exec: () => async () => { throw new Error('these steps run no programs') }, shared: new Map<string, Promise<unknown>>(),
  }
  const planned = await walk(steps, { ...options, mode: 'plan', emit: () => undefined })
  renderer.start(all, planned, expected ?? (() => undefined))
  return walk(steps, { ...options, mode: 'run', emit: event => { renderer.event(event) } })
}

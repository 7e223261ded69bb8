// One thing: the walk over a graph of steps, in both of its modes.
import { setMaxListeners } from 'node:events'
import type { Damage } from '../contracts/content.ts'
import type { World } from '../contracts/workshop.ts'
import { canonical } from '../values/canonical.ts'
import type { Descriptor, Digest } from '../values/descriptor.ts'
import { ReleaseError } from '../values/errors.ts'
import { Skip } from '../values/skip.ts'
import type { Worked } from './events.ts'
import { failureOf } from './failure.ts'
import { keyOf } from './key.ts'
import type { Observation } from '../contracts/observation.ts'
import { observerFor } from './observer.ts'
import type { Outcome } from './outcome.ts'
import { recorded } from '../values/recorded.ts'
import { resolveInput } from './resolve.ts'
import type { Ending } from './slots.ts'
import { closureOf, inputsOf, isDeed, titleOf, type Deed, type Step, type Work } from './step.ts'
import type { WalkOptions } from './walk-options.ts'
import { worldFor } from './world.ts'

/** How every step of a walk ended, by recipe. */
export type Outcomes = ReadonlyMap<Digest, Outcome>

/** A blob that work could not use. */
interface Damaged {
  readonly damage: Descriptor
  readonly told: boolean
  readonly error: Error
}

/** What is told of a step's work beside its outcome. */
interface Tally {
  work?: Worked
}

/**
 * Walks over steps and all that they need. In mode `run` each starts as soon as its own inputs are there; `plan` only looks
 * up, so what it finds missing says `make`, and everything below that `depends`. Never throws for a step that fails.
 */
export async function walk(steps: readonly Step[], options: WalkOptions): Promise<Outcomes> {
  return new Walk(steps, options).run()
}

class Walk {
  readonly #options: WalkOptions
  readonly #steps: readonly Step[]
  readonly #depths = new Map<Digest, number>()
  readonly #outcomes = new Map<Digest, Promise<Outcome>>()
  readonly #settled = new Map<Digest, Outcome>()
  readonly #endings: (() => Promise<void>)[] = []
  readonly #stop = new AbortController()
  readonly #signal: AbortSignal
  /** Orders attempts at steps and the times at which steps were started over. */
  #clock = 0
  readonly #startedOver = new Map<Digest, number>()

  constructor(steps: readonly Step[], options: WalkOptions) {
    this.#options = options
    this.#steps = closureOf(steps)
    for (const step of this.#steps) {
      this.#depths.set(step.recipe, 1 + Math.max(-1, ...inputsOf(step).map(input => this.#depths.get(input.recipe) ?? 0)))
    }
    this.#signal = AbortSignal.any([options.signal, this.#stop.signal])
    setMaxListeners(0, this.#signal)   // as many as steps wait at once: no leak to be warned of
  }

  async run(): Promise<Outcomes> {
    try {
      await Promise.all(this.#steps.map(step => this.#outcome(step)))
    } finally {
      for (const end of this.#endings.toReversed()) await end().catch(() => undefined)
    }
    return this.#settled
  }

  #outcome(step: Step): Promise<Outcome> {
    const earlier = this.#outcomes.get(step.recipe)
    if (earlier) return earlier
    const outcome = this.#settle(step)
    this.#outcomes.set(step.recipe, outcome)
    return outcome
  }

  async #settle(step: Step, force = false): Promise<Outcome> {
    const tally: Tally = {}
    const outcome = await this.#end(step, force, tally)
    this.#settled.set(step.recipe, outcome)
    if (outcome.state === 'failed' && this.#options.failFast) this.#stop.abort(new ReleaseError('stopped by --fail-fast', { code: 'CANCELLED' }))
    this.#options.emit({ type: 'end', step, at: this.#options.now(), outcome, ...tally })
    return outcome
  }

  async #end(step: Step, force: boolean, tally: Tally): Promise<Outcome> {
    const met = new Map<Digest, number>()
    try {
      for (;;) {
        const began = this.#clock += 1
        const outcome = await this.#attempt(step, force, tally)
        if (!('damage' in outcome)) return outcome
        const times = (met.get(outcome.damage.digest) ?? 0) + 1
        met.set(outcome.damage.digest, times)
        this.#mend(step, outcome, times, began)
      }
    } catch (error) {
      if (error instanceof Skip && !this.#options.strict) return { state: 'skipped', reason: error.message }
      if (this.#signal.aborted) return { state: 'cancelled', reason: reasonOf(this.#signal.reason) }
      return { state: 'failed', error: failureOf(error, step) }
    }
  }

  /** One try at a step; a blob of an input that turns out to be damaged is an answer, everything else is thrown. */
  async #attempt(step: Step, force: boolean, tally: Tally): Promise<Outcome | Damaged> {
    const outcomes = new Map<Digest, Outcome>()
    for (const input of inputsOf(step)) outcomes.set(input.recipe, await this.#outcome(input))
    const resolved = resolveInput(step, input => outcomes.get(input.recipe) as Outcome)
    const { definition } = step
    if ('instead' in resolved) {
      if (resolved.outlined && !isDeed(definition)) await definition.foresee?.(resolved.outlined as never, observerFor(step, this.#options, this.#signal, this.#options.shared))
      return resolved.instead
    }
    this.#signal.throwIfAborted()
    try {
      return isDeed(definition) ? await this.#perform(step, definition, resolved.input, tally)
        : await this.#obtain(step, definition, resolved.input, force, tally)
    } catch (error) {
      const damage = damageOf(error)
      // What is here is left as it is by a plan; what is elsewhere may turn out not to be there.
      if (!damage || (this.#options.mode === 'plan' && !damage.told)) throw error
      return { damage: damage.damaged, told: damage.told ?? false, error: error as Error }
    }
  }

  async #obtain(step: Step, work: Work, input: Record<string, unknown>, force: boolean, tally: Tally): Promise<Outcome> {
    const options = this.#options
    const observation = await work.observe?.(input as never, observerFor(step, options, this.#signal, options.shared))
    const key = keyOf(step, work, input, observation)
    const found = force || options.fresh ? undefined : await this.#find(key)
    const reads = observation ? { reads: observation.reads } : {}
    if (found) return { state: 'cached', key, artifact: { ...step.outline, ...found }, ...reads }
    const shared = force ? undefined : await options.elsewhere?.find(key)
    if (shared) return { state: 'cached', key, artifact: { ...step.outline, ...shared }, ...reads, shared: true }
    if (options.mode === 'plan') {
      await work.foresee?.(input as never, observerFor(step, options, this.#signal, options.shared))
      return { state: 'make', key, ...reads }
    }
    if (options.elsewhere) await work.warm?.(input as never, observerFor(step, options, this.#signal, options.shared))
    const descriptor = await this.#work(step, work, input, tally)
    await this.#unchanged(step, work, input, observation)
    await options.records.keep(key, { ...descriptor })
    const artifact = { ...step.outline, ...descriptor }
    options.elsewhere?.keep(key, artifact, force)
    return { state: 'made', key, artifact, ...reads }
  }

  async #find(key: Digest): Promise<Descriptor | undefined> {
    const found = recorded(await this.#options.records.find(key))
    if (!found) return undefined
    if (await this.#options.content.has(found)) return found
    this.#options.emit({ type: 'notice', line: `The cache lost ${found.digest.slice(0, 19)} (missing, or of another size): it is made again.` })
    return undefined
  }

  async #work(step: Step, work: Work, input: Record<string, unknown>, tally: Tally): Promise<Descriptor> {
    const memory = work.memory?.(input as never)
    try {
      return await this.#hold(step, memory, false, 1, tally, world => work.work(input as never, world))
    } catch (error) {
      if (!isKill(error)) throw error
      this.#options.emit({ type: 'notice', line: `The kernel killed the compiler of ${titleOf(step)} for want of memory: it is tried once more, alone.` })
      return this.#hold(step, memory, true, 2, tally, world => work.work(input as never, world))
    }
  }

  async #perform(step: Step, deed: Deed, input: Record<string, unknown>, tally: Tally): Promise<Outcome> {
    if (this.#options.mode === 'plan') return { state: 'make' }
    const descriptor = await this.#hold(step, undefined, false, 1, tally, world => deed.perform(input as never, world))
    return { state: 'made', artifact: { ...step.outline, ...descriptor } }
  }

  /** Runs work in a place and in a temporary folder of its own, and measures it. */
  async #hold<T>(step: Step, memory: string | undefined, alone: boolean, tries: number, tally: Tally, act: (world: World) => Promise<T>): Promise<T> {
    const { slots, now, emit, temporary, discard } = this.#options
    const permit = await slots.acquire({ slot: step.definition.slot, memory, alone, priority: this.#depths.get(step.recipe) ?? 0, signal: this.#signal })
    const began = now()
    let folder: string | undefined
    let how: Ending = 'broken off'
    try {
      emit({ type: 'begin', step, at: began, thrift: permit.thrift })
      folder = await temporary()
      const result = await act(worldFor(step, this.#options, {
        folder, permit, watched: memory !== undefined, partial: this.#isPartial(step), signal: this.#signal, atEnd: end => { this.#endings.push(end) },
      }))
      how = 'whole'
      return result
    } catch (error) {
      if (isKill(error)) how = 'killed'
      throw error
    } finally {
      tally.work = { began, milliseconds: now() - began, thrift: permit.thrift, tries, ...(permit.peak() > 0 ? { peak: permit.peak() } : {}) }
      permit.release(how)
      if (folder) await discard(folder).catch(() => undefined)   // what stays goes with the run
    }
  }

  #isPartial(step: Step): boolean {
    return step.partial || (isDeed(step.definition) && closureOf([step]).some(one => this.#settled.get(one.recipe)?.state === 'skipped'))
  }

  /** A source that changed under the work makes its result worthless. */
  async #unchanged(step: Step, work: Work, input: Record<string, unknown>, before: Observation | undefined): Promise<void> {
    if (!work.observe || !before) return
    const after = await work.observe(input as never, observerFor(step, this.#options, this.#signal, new Map()))
    if (canonical(after.value) === canonical(before.value)) return
    throw new ReleaseError(`Cannot keep ${titleOf(step)}: files that it is made from changed while it was being made`, {
      code: 'CHANGED', hint: 'Run the release again when nothing writes into the project.',
    })
  }

  /**
   * Starts over the steps behind a damaged blob: the one whose result it is; else those whose results the step was given, one
   * of which must have it as a part; at the second time everything before it. What lies between them and the step is looked
   * up again, so that the step waits for all of it. Many steps may meet one damage: it is mended once.
   * @param began when the attempt began that met the damage
   */
  #mend(step: Step, { damage, told, error }: Damaged, times: number, began: number): void {
    const before = closureOf([step]).filter(one => one.recipe !== step.recipe && !isDeed(one.definition))
    const makers = times > 3 ? [] : this.#makersOf(damage, step, before, times)
    if (makers.length === 0) throw error
    const again = new Set(makers)
    for (const one of before) if (inputsOf(one).some(input => again.has(input.recipe))) again.add(one.recipe)
    let dropped: Promise<void> | undefined
    for (const one of before) {
      if (!again.has(one.recipe) || (this.#startedOver.get(one.recipe) ?? 0) > began) continue
      dropped ??= this.#drop(damage, told)
      this.#startedOver.set(one.recipe, this.#clock += 1)
      this.#outcomes.set(one.recipe, dropped.then(() => this.#settle(one, makers.includes(one.recipe))))
    }
  }

  async #drop(damage: Descriptor, told: boolean): Promise<void> {
    if (!told) this.#options.emit({ type: 'notice', line: `The cache holds a damaged ${damage.digest.slice(0, 19)}: it is made again.` })
    await this.#options.content.drop(damage).catch(() => undefined)   // what takes its place is moved over it
  }

  #makersOf(damage: Descriptor, step: Step, before: readonly Step[], times: number): readonly Digest[] {
    const exact = before.filter(one => {
      const outcome = this.#settled.get(one.recipe)
      return outcome && 'artifact' in outcome && outcome.artifact.digest === damage.digest
    })
    const given = new Set(inputsOf(step).map(input => input.recipe))
    const makers = times > 1 ? before : exact.length > 0 ? exact : before.filter(one => given.has(one.recipe))
    return makers.map(one => one.recipe)
  }
}

function isKill(error: unknown): boolean {
  return error instanceof ReleaseError && error.code === 'MEMORY' && error.cause !== undefined
}

function damageOf(error: unknown): Damage | undefined {
  if (!(error instanceof ReleaseError) || error.code !== 'CONTENT') return undefined
  const damage = error.cause as Damage | undefined
  return damage?.damaged === undefined ? undefined : damage
}

function reasonOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : 'stopped'
}

// One thing: the walk over a graph of steps, in both of its modes.
import { setMaxListeners } from 'node:events'
import type { Damage } from '../contracts/content.ts'
import type { ExecOptions } from '../contracts/exec.ts'
import type { World } from '../contracts/workshop.ts'
import type { Artifact } from '../values/artifact.ts'
import { canonical } from '../values/canonical.ts'
import type { Descriptor, Digest } from '../values/descriptor.ts'
import { ReleaseError } from '../values/errors.ts'
import { Skip } from '../values/skip.ts'
import type { Worked } from './events.ts'
import { keyOf } from './key.ts'
import type { Observation } from './observation.ts'
import { observerFor } from './observer.ts'
import type { Outcome } from './outcome.ts'
import { resolveInput } from './resolve.ts'
import type { Permit } from './slots.ts'
import { closureOf, inputsOf, isDeed, titleOf, type Deed, type Step, type Work } from './step.ts'
import type { WalkOptions } from './walk-options.ts'

/** How every step of a walk ended, by recipe. */
export type Outcomes = ReadonlyMap<Digest, Outcome>

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
  readonly #stop = new AbortController()
  readonly #signal: AbortSignal

  constructor(steps: readonly Step[], options: WalkOptions) {
    this.#options = options
    this.#steps = closureOf(steps)
    for (const step of this.#steps) {
      this.#depths.set(step.recipe, 1 + Math.max(-1, ...inputsOf(step).map(input => this.#depths.get(input.recipe) ?? 0)))
    }
    this.#signal = AbortSignal.any([options.signal, this.#stop.signal])
    setMaxListeners(0, options.signal, this.#signal)
  }

  async run(): Promise<Outcomes> {
    await Promise.all(this.#steps.map(step => this.#outcome(step)))
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
    const tally: { work?: Worked } = {}
    const outcome = await this.#end(step, force, tally)
    this.#settled.set(step.recipe, outcome)
    if (outcome.state === 'failed' && this.#options.failFast) this.#stop.abort(new ReleaseError('stopped by --fail-fast', { code: 'CANCELLED' }))
    this.#options.emit({ type: 'end', step, at: this.#options.now(), outcome, ...tally })
    return outcome
  }

  async #end(step: Step, force: boolean, tally: { work?: Worked }): Promise<Outcome> {
    try {
      for (let tries = 0; ; tries += 1) {
        const damaged = await this.#attempt(step, force, tally)
        if (!('damage' in damaged)) return damaged
        if (tries > inputsOf(step).length + 1) throw damaged.error
        await this.#mend(step, damaged.damage, damaged.error)
      }
    } catch (error) {
      if (error instanceof Skip && !this.#options.strict) return { state: 'skipped', reason: error.message }
      if (this.#signal.aborted) return { state: 'cancelled', reason: reasonOf(this.#signal.reason) }
      return { state: 'failed', error: asError(error, step) }
    }
  }

  /** One try at a step; a blob of an input that turns out to be damaged is an answer, everything else is thrown. */
  async #attempt(step: Step, force: boolean, tally: { work?: Worked }): Promise<Outcome | { damage: Descriptor; error: Error }> {
    const outcomes = new Map<Digest, Outcome>()
    for (const input of inputsOf(step)) outcomes.set(input.recipe, await this.#outcome(input))
    const resolved = resolveInput(step, input => outcomes.get(input.recipe) as Outcome)
    if ('instead' in resolved) return this.#strictly(resolved.instead)
    this.#signal.throwIfAborted()
    try {
      const { definition } = step
      return isDeed(definition) ? await this.#perform(step, definition, resolved.input, tally)
        : await this.#obtain(step, definition, resolved.input, force, tally)
    } catch (error) {
      const damage = damageOf(error)
      if (!damage || this.#options.mode === 'plan') throw error
      return { damage, error: error as Error }
    }
  }

  #strictly(outcome: Outcome): Outcome {
    return outcome.state === 'skipped' && this.#options.strict ? { state: 'cancelled', reason: outcome.reason } : outcome
  }

  async #obtain(step: Step, work: Work, input: Record<string, unknown>, force: boolean, tally: { work?: Worked }): Promise<Outcome> {
    const options = this.#options
    const observation = await work.observe?.(input as never, observerFor(step, options, this.#signal, options.shared))
    const key = keyOf(step, work, input, observation)
    const found = force || options.fresh ? undefined : await this.#find(key)
    const reads = observation ? { reads: observation.reads } : {}
    if (found) return { state: 'cached', key, artifact: { ...step.outline, ...found } as Artifact, ...reads }
    if (options.mode === 'plan') return { state: 'make', key, ...reads }
    const descriptor = await this.#work(step, work, input, tally)
    await this.#unchanged(step, work, input, observation)
    await options.records.keep(key, { ...descriptor })
    return { state: 'made', key, artifact: { ...step.outline, ...descriptor } as Artifact, ...reads }
  }

  async #find(key: Digest): Promise<Descriptor | undefined> {
    const found = await this.#options.records.find(key) as Descriptor | undefined
    if (!found) return undefined
    if (await this.#options.content.has(found)) return found
    this.#options.emit({ type: 'notice', line: `The cache lost ${found.digest.slice(0, 19)} (missing, or of another size): it is made again.` })
    return undefined
  }

  async #work(step: Step, work: Work, input: Record<string, unknown>, tally: { work?: Worked }): Promise<Descriptor> {
    const memory = work.memory?.(input as never)
    try {
      return await this.#hold(step, memory, false, 1, tally, world => work.work(input as never, world))
    } catch (error) {
      if (!(error instanceof ReleaseError && error.code === 'MEMORY' && error.cause !== undefined)) throw error
      this.#options.emit({ type: 'notice', line: `The kernel killed the compiler of ${titleOf(step)} for want of memory: it is tried once more, alone.` })
      return this.#hold(step, memory, true, 2, tally, world => work.work(input as never, world))
    }
  }

  #perform(step: Step, deed: Deed, input: Record<string, unknown>, tally: { work?: Worked }): Promise<Outcome> | Outcome {
    if (this.#options.mode === 'plan') return { state: 'make' }
    return this.#hold(step, undefined, false, 1, tally, world => deed.perform(input as never, world))
      .then(descriptor => ({ state: 'made', artifact: { ...step.outline, ...descriptor } as Artifact }))
  }

  /** Runs work in a place and in a temporary folder of its own, and measures it. */
  async #hold<T>(step: Step, memory: string | undefined, alone: boolean, tries: number, tally: { work?: Worked }, act: (world: World) => Promise<T>): Promise<T> {
    const { slots, now, emit, temporary, discard } = this.#options
    const permit = await slots.acquire({ slot: step.definition.slot, memory, alone, priority: this.#depths.get(step.recipe) ?? 0, signal: this.#signal })
    const began = now()
    let folder: string | undefined
    try {
      emit({ type: 'begin', step, at: began, thrift: permit.thrift })
      folder = await temporary()
      return await act(this.#world(step, folder, permit, memory !== undefined))
    } finally {
      tally.work = { began, milliseconds: now() - began, thrift: permit.thrift, tries, ...(permit.peak() > 0 ? { peak: permit.peak() } : {}) }
      permit.release()
      if (folder) await discard(folder)
    }
  }

  #world(step: Step, folder: string, permit: Permit, watched: boolean): World {
    const options = this.#options
    const exec = options.exec(folder, this.#signal)
    return {
      ...observerFor(step, options, this.#signal, options.shared),
      exec: (program, args, settings) => exec(program, args, watched ? watching(settings, permit) : settings),
      content: options.content, folder, thrift: permit.thrift, share: permit.share, now: options.now, report: options.report, partial: step.partial,
      get release() { return options.release ?? noRelease(step) },
    }
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

  /** Makes the input again whose blob is damaged; where it is a part of some input, every input that came from the cache. */
  async #mend(step: Step, damage: Descriptor, error: Error): Promise<void> {
    this.#options.emit({ type: 'notice', line: `The cache holds a damaged ${damage.digest.slice(0, 19)}: it is made again.` })
    await this.#options.content.drop(damage)
    const inputs = inputsOf(step).filter(input => !isDeed(input.definition))
    const exact = inputs.filter(input => {
      const outcome = this.#settled.get(input.recipe)
      return outcome && 'artifact' in outcome && outcome.artifact.digest === damage.digest
    })
    const again = exact.length > 0 ? exact : inputs
    if (again.length === 0) throw error
    for (const input of again) this.#outcomes.set(input.recipe, this.#settle(input, true))
  }
}

function watching(settings: ExecOptions | undefined, permit: Permit): ExecOptions {
  return {
    ...settings,
    watch: bytes => {
      permit.saw(bytes)
      settings?.watch?.(bytes)
    },
  }
}

function noRelease(step: Step): never {
  throw new ReleaseError(`Cannot perform ${titleOf(step)}: it is not told what is released`, {
    code: 'USAGE', hint: 'Run it from a build.ts with main(), or give run() a release.',
  })
}

function damageOf(error: unknown): Descriptor | undefined {
  if (!(error instanceof ReleaseError) || error.code !== 'CONTENT') return undefined
  return (error.cause as Damage | undefined)?.damaged
}

function reasonOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : 'stopped'
}

function asError(error: unknown, step: Step): Error {
  if (error instanceof ReleaseError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new ReleaseError(`Cannot make ${titleOf(step)}: ${message}`, { code: diskCode(error), cause: error })
}

function diskCode(error: unknown): 'DISK' | 'COMMAND' {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  return code === 'ENOSPC' || code === 'EACCES' || code === 'EROFS' || code === 'EDQUOT' || code === 'EPERM' ? 'DISK' : 'COMMAND'
}

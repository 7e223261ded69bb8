import type { Thrift } from '../contracts/workshop.ts'
import { admission, type Admitted, type Running } from './admission.ts'
import type { Needs } from './needs.ts'

export interface Want {
  readonly slot?: 'cpu' | 'net' | undefined
  /** The name under which the memory it needs is remembered. */
  readonly memory?: string | undefined
  /** Nothing else that needs memory may run beside it. */
  readonly alone?: boolean
  /** Higher goes first. */
  readonly priority?: number
  readonly signal: AbortSignal
}

/** How work ended: `killed` for want of memory, `broken off` for any other reason. */
export type Ending = 'whole' | 'broken off' | 'killed'

/** Leave to run. */
export interface Permit {
  readonly thrift: Thrift
  /** Bytes that are this work's part. */
  readonly share: number
  /** How much work that computes as much shares the cores now, itself counted. */
  companions(): number
  /** Tells what the work uses now, in resident bytes. */
  saw(residentBytes: number): void
  /** The most that was seen. */
  peak(): number
  /** Gives the place back. Work that broke off early shows what it needs at least, which says nothing of a whole one. */
  release(how?: Ending): void
}

export interface SlotLimits {
  readonly cpu: number
  readonly net: number
  /** Bytes that there are at all. */
  readonly memory: number
  /** Bytes of them that all running work together may use. */
  readonly budget: number
}

interface Waiting {
  readonly want: Want
  readonly grant: (permit: Permit) => void
  readonly refuse: (reason: unknown) => void
}

/** Places for work to run in: so many at a time for each resource, and memory for all of them together. */
export class Slots {
  readonly #limits: SlotLimits
  readonly #needs: Needs
  readonly #free: { cpu: number; net: number }
  readonly #running = new Set<Running>()
  /** When what runs began, milliseconds. */
  readonly #began = new Map<Running, number>()
  /** How long the last one took that ended whole, milliseconds. */
  #usual: number | undefined
  readonly #now: () => number
  /** Bytes at which work was killed that did with little and had nothing beside it, by name. */
  readonly #killedAlone = new Map<string, number>()
  #waiting: Waiting[] = []

  /** @param now a clock, milliseconds */
  constructor(limits: SlotLimits, needs: Needs, now: () => number) {
    this.#now = now
    this.#limits = limits
    this.#needs = needs
    this.#free = { cpu: limits.cpu, net: limits.net }
  }

  /** Waits for a place. @throws ReleaseError (MEMORY) where the work is known to need more than there is; the abort reason when stopped */
  async acquire(want: Want): Promise<Permit> {
    want.signal.throwIfAborted()
    return new Promise<Permit>((resolve, reject) => {
      const stop = (): void => {
        this.#waiting = this.#waiting.filter(one => one !== waiting)
        reject(want.signal.reason)
      }
      const done = (): void => want.signal.removeEventListener('abort', stop)
      const waiting: Waiting = {
        want,
        grant: permit => { done(); resolve(permit) },
        refuse: reason => { done(); reject(reason) },
      }
      want.signal.addEventListener('abort', stop, { once: true })
      this.#waiting.push(waiting)
      this.#waiting.sort((a, b) => (b.want.priority ?? 0) - (a.want.priority ?? 0))
      this.#serve()
    })
  }

  #serve(): void {
    for (const waiting of this.#waiting) {
      const { slot } = waiting.want
      if (slot && this.#free[slot] <= 0) continue
      const answer = this.#admit(waiting.want)
      if (answer === 'wait') continue
      this.#waiting = this.#waiting.filter(one => one !== waiting)
      if (answer instanceof Error) waiting.refuse(answer)
      else waiting.grant(this.#start(waiting.want, answer))
    }
  }

  #admit(want: Want): Admitted | 'wait' | Error {
    if (want.memory === undefined) return { estimate: 0, thrift: 'plain', alone: false }
    return admission({ name: want.memory, alone: want.alone ?? false, jobs: this.#limits.cpu, total: this.#limits.memory, budget: this.#limits.budget,
      need: this.#needs.find(want.memory), killedAt: this.#killedAlone.get(want.memory), running: [...this.#running] })
  }

  #start(want: Want, admitted: Admitted): Permit {
    const { slot, memory } = want
    if (slot) this.#free[slot] -= 1
    const running: Running = { ...admitted, current: 0, undisturbed: this.#running.size === 0 }
    if (memory !== undefined) {
      for (const other of this.#running) other.undisturbed = false
      this.#running.add(running)
      this.#began.set(running, this.#now())
    }
    let peak = 0
    let released = false
    return {
      thrift: admitted.thrift,
      share: admitted.alone ? this.#limits.budget : Math.max(admitted.estimate, Math.floor(this.#limits.budget / this.#limits.cpu)),
      companions: () => this.#companions(running),
      saw: bytes => {
        running.current = bytes
        peak = Math.max(peak, bytes)
      },
      peak: () => peak,
      release: (how = 'whole') => {
        if (released) return
        released = true
        this.#running.delete(running)
        const began = this.#began.get(running)
        if (began !== undefined && how === 'whole') this.#usual = this.#now() - began
        this.#began.delete(running)
        if (slot) this.#free[slot] += 1
        if (memory !== undefined) this.#learn(memory, running, peak, how)
        this.#serve()
      },
    }
  }

  #companions(running: Running): number {
    // Where there is a place, what waits waits for memory, and takes none of the cores.
    if (this.#waiting.some(one => one.want.memory !== undefined)) return this.#free.cpu > 0 ? this.#running.size : this.#limits.cpu
    const since = this.#now() - (this.#usual ?? Infinity) / 2
    return 1 + [...this.#began].filter(([other, began]) => other !== running && began > since).length
  }

  #learn(memory: string, { thrift, undisturbed }: Running, peak: number, how: Ending): void {
    if (how === 'killed' && thrift === 'frugal' && undisturbed) this.#killedAlone.set(memory, peak)
    // More than it had when it was killed it could not have.
    if (how !== 'broken off' || peak > (this.#needs.find(memory)?.[thrift] ?? Infinity)) this.#needs.learn(memory, thrift, peak)
  }
}

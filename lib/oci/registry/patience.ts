import { setTimeout as delay } from 'node:timers/promises'
import { ReleaseError } from '../../values/errors.ts'

export interface PatienceOptions {
  /** Waits so many milliseconds. */
  readonly sleep?: (milliseconds: number) => Promise<void>
  /** From 0 to 1. */
  readonly random?: () => number
  readonly signal?: AbortSignal | undefined
  /** Default: 5. */
  readonly tries?: number | undefined
}

/** How often something is tried, and how long is waited in between. */
export interface Patience {
  /** Tries in a row that come to nothing. */
  readonly tries: number
  /** Waits after so many tries: longer each time, and never as long as others do, or as long as the server asks for. */
  rest(tries: number, wait?: number): Promise<void>
}

/** Milliseconds. Longer than the last one nobody waits for a server that asks for it. */
const [first, longest] = [500, 15_000]
export const longestWait = 120_000

export function patience({ sleep, random = Math.random, signal, tries = 5 }: PatienceOptions): Patience {
  const wait = sleep ?? (milliseconds => stoppable(milliseconds, signal))
  return {
    tries,
    rest: (count, asked) => wait(asked ?? Math.min(longest, first * 2 ** (count - 1)) * (0.5 + random() / 2)),
  }
}

async function stoppable(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(milliseconds, undefined, signal && { signal })
  } catch (cause) {
    throw new ReleaseError('Cannot wait for a registry: the run was stopped', { code: 'CANCELLED', cause })
  }
}

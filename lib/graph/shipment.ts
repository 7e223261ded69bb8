import type { Destination } from '../contracts/destination.ts'
import type { Receipt } from '../values/record.ts'
import type { Release } from '../values/release.ts'
import type { Step } from './step.ts'

/** Artifacts on their way to one destination. */
export interface Shipment {
  readonly destination: Destination<never>
  readonly steps: readonly Step[]
}

/** All that one step publishes. */
export interface Publication {
  /** In the order in which they become visible. */
  readonly shipments: readonly Shipment[]
  readonly failures: Failures
  /** Tells others once it is public. */
  readonly announce?: Announce
}

/** What is public now: told to others, it never makes a release fail. @returns what is to be noticed */
export type Announce = (done: Publicized, signal: AbortSignal) => Promise<readonly string[]>

export interface Publicized {
  readonly release: Release
  readonly receipts: readonly Receipt[]
  /** Names of the destinations that nobody but this machine sees. */
  readonly local: ReadonlySet<string>
  /** Whether something is public now that was not before this run. */
  readonly newly: boolean
  readonly partial: boolean
}

/**
 * What becomes of other destinations once one has failed to make its artifacts visible: they keep what they have, or those that do
 * not name anything there go on.
 */
export type Failures = 'hold back' | 'go on'

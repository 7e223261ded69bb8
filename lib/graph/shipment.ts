import type { Destination } from '../contracts/destination.ts'
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
}

/**
 * What becomes of other destinations once one has failed to make its artifacts visible: they keep what they have, or those that do
 * not name anything there go on.
 */
export type Failures = 'hold back' | 'go on'

import type { Thrift } from '../contracts/workshop.ts'
import type { Outcome } from './outcome.ts'
import type { Step } from './step.ts'

/** What a walk tells while it goes. Times are milliseconds since 1970. */
export type WalkEvent =
  | { readonly type: 'begin'; readonly step: Step; readonly at: number; readonly thrift: Thrift }
  | { readonly type: 'end'; readonly step: Step; readonly at: number; readonly outcome: Outcome; readonly work?: Worked }
  | { readonly type: 'log'; readonly step: Step; readonly line: string }
  | { readonly type: 'notice'; readonly line: string }

/** What one piece of work took. */
export interface Worked {
  readonly began: number
  readonly milliseconds: number
  /** Peak resident bytes of the programs it ran, where they were watched. */
  readonly peak?: number
  readonly thrift: Thrift
  /** How often it was tried. */
  readonly tries: number
}

export type Emit = (event: WalkEvent) => void

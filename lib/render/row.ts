import type { WalkEvent } from '../graph/events.ts'
import { isDeed, isSending, titleOf, type Step } from '../graph/step.ts'

/** What is shown of one step, or of a goal of the project's own. */
export interface Row {
  readonly id: string
  /** The kind it is counted with: `binary`. */
  readonly group: string
  /** What it is called where it stands alone: `binary gateway linux/amd64`. */
  readonly title: string
  readonly name: string
  readonly target?: string
  /** `step` makes something, `deed` changes something outside, `receipt` is a deed too small to tell of, `chore` is a goal. */
  readonly nature: 'step' | 'deed' | 'receipt' | 'chore'
  /** Milliseconds that earlier runs took. */
  readonly expected?: number
  readonly phase: Phase
}

/** Times are milliseconds since 1970. */
export type Phase =
  | { readonly state: 'waiting' }
  | { readonly state: 'running'; readonly since: number }
  | Ended

export interface Ended {
  readonly state: 'made' | 'cached' | 'skipped' | 'failed' | 'cancelled'
  readonly at: number
  /** When work began; absent where there was none. */
  readonly since?: number
  /** Why it was not made, one line. */
  readonly reason?: string
}

/** The row of a step that waits. */
export function rowOf(step: Step, expected?: number): Row {
  const { name, target } = step.outline
  return {
    id: step.recipe, group: step.definition.name, title: titleOf(step), name, phase: { state: 'waiting' },
    nature: isSending(step) ? 'receipt' : isDeed(step.definition) ? 'deed' : 'step',
    ...(target === undefined ? {} : { target }), ...(expected === undefined ? {} : { expected }),
  }
}

/** The row of a goal of the project's own. */
export function choreRow(name: string): Row {
  return { id: `chore ${name}`, group: name, title: name, name, nature: 'chore', phase: { state: 'waiting' } }
}

export function hasEnded(phase: Phase): phase is Ended {
  return phase.state !== 'waiting' && phase.state !== 'running'
}

/** How a step ended; undefined for what a plan says of it. */
export function endedBy({ outcome, at, work }: Extract<WalkEvent, { type: 'end' }>): Ended | undefined {
  const { state } = outcome
  if (state === 'make' || state === 'depends') return undefined
  const times = { state, at, ...(work ? { since: at - work.milliseconds } : {}) }
  if (state === 'failed') return { ...times, reason: firstLine(outcome.error.message) }
  return state === 'skipped' || state === 'cancelled' ? { ...times, reason: firstLine(outcome.reason) } : times
}

/** The first line that says something. */
export function firstLine(text: string): string {
  return text.split('\n').map(line => line.trim()).find(line => line !== '') ?? ''
}

import type { WalkEvent } from './graph/events.ts'
import type { Outcomes } from './graph/walk.ts'
import type { Step } from './graph/step.ts'

/** What draws a run. It listens, and never decides. */
export interface Renderer {
  /** Before anything is made: every step of the walk, inputs first, what a look at the cache found, what earlier runs took. */
  start(steps: readonly Step[], planned: Outcomes, expected: (step: Step) => number | undefined): void
  event(event: WalkEvent): void
  /** A goal of the project's own begins, prints a line, and ends. */
  chore(name: string, event: { readonly type: 'begin' } | { readonly type: 'log'; readonly line: string } | { readonly type: 'end'; readonly error?: Error }): void
  /** After the last event; resolves when everything is drawn. */
  finish(): Promise<void>
}

export interface RendererOptions {
  readonly output: NodeJS.WriteStream
  readonly quiet: boolean
  readonly verbose: boolean
  readonly environment: Readonly<Record<string, string | undefined>>
}

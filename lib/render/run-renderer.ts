import type { WalkEvent } from '../graph/events.ts'
import { isSilent, titleOf, type Step } from '../graph/step.ts'
import type { Outcomes } from '../graph/walk.ts'
import type { Renderer } from '../renderer.ts'
import type { Display } from './display.ts'
import type { Progress } from './progress.ts'
import { choreRow, endedBy, firstLine, hasEnded, rowOf, type Ended, type Phase, type Row } from './row.ts'

export interface RunRendererOptions {
  readonly progress: Progress
  readonly display: Display
  readonly quiet: boolean
  readonly verbose: boolean
}

/** Turns what a run tells into rows that change and lines that stay. */
export class RunRenderer implements Renderer {
  readonly #options: RunRendererOptions
  readonly #notices = new Set<string>()

  constructor(options: RunRendererOptions) {
    this.#options = options
  }

  start(steps: readonly Step[], _planned: Outcomes, expected: (step: Step) => number | undefined): void {
    for (const step of steps.filter(one => !isSilent(one))) this.#options.progress.add(rowOf(step, expected(step)))
  }

  event(event: WalkEvent): void {
    if (event.type !== 'notice' && isSilent(event.step)) return
    switch (event.type) {
      case 'begin': return this.#change(this.#row(event.step), { state: 'running', since: event.at })
      case 'end': return this.#end(this.#row(event.step), endedBy(event))
      case 'log': return this.#options.verbose ? this.#log(titleOf(event.step), event.line) : undefined
      case 'notice': return this.#notice(event.line)
    }
  }

  chore(name: string, event: Parameters<Renderer['chore']>[1]): void {
    const row = this.#options.progress.add(choreRow(name))
    const at = Date.now()
    switch (event.type) {
      case 'begin': return this.#change(row, { state: 'running', since: at })
      case 'log': return this.#log(name, event.line)
      case 'end': return this.#end(row, choreEnded(row, at, event.error))
    }
  }

  finish(): Promise<void> {
    return this.#options.display.finish()
  }

  #row(step: Step): Row {
    return this.#options.progress.add(rowOf(step))
  }

  #change(row: Row, phase: Phase): void {
    this.#options.display.show(this.#options.progress.change(row, phase))
  }

  /** A second goal finds in the cache what the first one made: that was told. */
  #end(row: Row, phase: Ended | undefined): void {
    if (phase && !(phase.state === 'cached' && hasEnded(row.phase))) this.#change(row, phase)
  }

  #log(title: string, line: string): void {
    if (!this.#options.quiet) this.#options.display.print(`  ${title} | ${line}`)
  }

  /** Each once: several steps may notice the same. */
  #notice(line: string): void {
    if (this.#options.quiet || this.#notices.has(line)) return
    this.#notices.add(line)
    this.#options.display.print(`notice: ${line}`)
  }
}

function choreEnded({ phase }: Row, at: number, error: Error | undefined): Ended {
  const times = { at, ...(phase.state === 'running' ? { since: phase.since } : {}) }
  return error ? { state: 'failed', reason: firstLine(error.message), ...times } : { state: 'made', ...times }
}

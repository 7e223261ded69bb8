import { arrange } from './arrange.ts'
import type { Display } from './display.ts'
import { fit } from './fit.ts'
import { groupState, groupText } from './group-text.ts'
import type { Paint } from './paint.ts'
import type { Group, Progress } from './progress.ts'
import type { Row } from './row.ts'
import { labelOf, liveTime } from './row-text.ts'
import { Screen } from './screen.ts'
import type { Line, TaskList } from './task-list.ts'

/** A run on a terminal: a line for each kind, unfolding what runs, in as many lines as there are. */
export class TerminalDisplay implements Display {
  readonly #progress: Progress
  readonly #screen: Screen
  readonly #paint: Paint
  #list: Promise<TaskList> | undefined
  #over = false

  constructor(output: NodeJS.WriteStream, progress: Progress, paint: Paint) {
    this.#screen = new Screen(output)
    this.#progress = progress
    this.#paint = paint
  }

  show(): void {
    this.#list ??= this.#open()
  }

  print(line: string): void {
    this.#screen.print(line)
  }

  async finish(): Promise<void> {
    this.#over = true
    const list = await this.#list
    list?.unfold(this.#lines())
    await list?.close()
  }

  async #open(): Promise<TaskList> {
    const { TaskList } = await import('./task-list.ts')
    const list = TaskList.terminal(this.#screen, this.#paint, () => { list.unfold(this.#lines()) })
    return list
  }

  /** While it goes on, it fits the screen, with one line left for the cursor; what stays may be longer. */
  #lines(): readonly Line[] {
    const now = Date.now()
    return arrange(this.#progress.groups(), this.#over ? Infinity : this.#screen.rows - 1).map(({ group, rows, more }) => {
      const counted = more > 0 ? [{ id: `more ${group.name}`, state: 'waiting' as const, text: `and ${more} more`, below: [] }] : []
      const text = fit(groupText(group, now), this.#room(0))
      return { id: `kind ${group.name}`, state: groupState(group), text, below: [...this.#below(group, rows, now), ...counted] }
    })
  }

  #below(group: Group, rows: readonly Row[], now: number): readonly Line[] {
    const room = this.#room(1)
    const labels = rows.map(row => labelOf(row, group))
    const width = Math.max(0, ...labels.map(label => label.length))
    return rows.map((row, index) => {
      const { id, phase } = row
      const label = labels[index] ?? ''
      const time = liveTime(row, now)
      const text = phase.state === 'failed' ? fit(`${label}: ${phase.reason ?? 'failed'}`, room)
        : `${fit(label.padEnd(width), room - time.length - 2).trimEnd().padEnd(Math.min(width, room - time.length - 2))}  ${time}`
      return { id, state: phase.state, text, below: [] }
    })
  }

  /** Columns for text: without the indentation, the mark with its space, and the two that listr2 leaves free. */
  #room(level: number): number {
    return Math.max(8, this.#screen.columns - 2 * level - 4)
  }
}

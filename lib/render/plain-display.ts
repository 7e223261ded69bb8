import type { Display } from './display.ts'
import { PlainLines, type PlainLinesOptions } from './plain-lines.ts'
import type { Row } from './row.ts'
import type { TaskList } from './task-list.ts'

/**
 * A run as a log. The tasks of listr2 tell its lines as soon as something is made; a run that finds everything in the
 * cache is over before they could be loaded, and does without.
 */
export class PlainDisplay implements Display {
  readonly #options: PlainLinesOptions
  readonly #lines: PlainLines
  #loading: Promise<void> | undefined
  #list: TaskList | undefined

  constructor(options: PlainLinesOptions) {
    this.#options = options
    this.#lines = new PlainLines(options)
  }

  show(row: Row): void {
    if (row.phase.state === 'running' && row.nature === 'step' && !this.#options.quiet) this.#loading ??= this.#load()
    if (this.#list) this.#list.show(row)
    else this.#lines.row(row)
  }

  print(line: string): void {
    this.#options.print(line)
  }

  async finish(): Promise<void> {
    await this.#loading
    await this.#list?.close()
    this.#lines.finish()
  }

  async #load(): Promise<void> {
    const { TaskList } = await import('./task-list.ts')
    this.#list = TaskList.plain(id => {
      const row = this.#options.progress.row(id)
      if (row) this.#lines.row(row)
    })
  }
}

import type { Paint } from './paint.ts'
import type { Group, Progress } from './progress.ts'
import { hasEnded, type Ended, type Phase, type Row } from './row.ts'
import { endingText } from './row-text.ts'

export interface PlainLinesOptions {
  readonly progress: Progress
  /** Takes one line, without its end, and the kind that it is about; a failure is about the run. */
  readonly print: (line: string, group?: string) => void
  /** Nothing follows. */
  readonly finish?: () => void
  readonly paint: Paint
  readonly verbose: boolean
  /** Nothing but failures. */
  readonly quiet: boolean
}

/**
 * A run as a log: one line as a step starts and one as it ends. What ends without having begun is held back for as long
 * as one line for its whole kind may do instead.
 */
export class PlainLines {
  readonly #options: PlainLinesOptions
  readonly #held = new Map<string, Row[]>()

  constructor(options: PlainLinesOptions) {
    this.#options = options
  }

  /** Tells of a row that changed. */
  row(row: Row): void {
    const { quiet, verbose } = this.#options
    if (row.phase.state === 'waiting') return
    if (quiet && row.phase.state !== 'failed') return
    if (row.phase.state === 'running') this.#begin(row)
    else if (verbose || quiet || row.phase.state === 'failed') this.#end(row, row.phase)
    else this.#endShortly(row, row.phase)
  }

  /** Tells what is still held back. */
  finish(): void {
    for (const name of this.#held.keys()) this.#tellHeld(this.#options.progress.group(name))
    this.#options.finish?.()
  }

  #begin(row: Row): void {
    if (row.nature === 'receipt' && !this.#options.verbose) return
    this.#releaseCached(row.group)
    this.#options.print(`${row.title} ...`, row.group)
  }

  #end(row: Row, phase: Ended): void {
    const line = `${row.title}: ${endingText(row, phase)}`
    if (phase.state === 'failed') this.#options.print(this.#options.paint('red', line))
    else this.#options.print(line, row.group)
  }

  #endShortly(row: Row, phase: Ended): void {
    const group = this.#options.progress.group(row.group)
    const worked = phase.since !== undefined || (phase.state === 'cached' && group.rows.some(one => hasBegun(one.phase)))
    if (worked && row.nature !== 'receipt') this.#end(row, phase)
    else this.#hold(row)
    if (group.rows.every(one => hasEnded(one.phase))) this.#tellHeld(group)
  }

  #hold(row: Row): void {
    const held = this.#held.get(row.group)
    if (held) held.push(row)
    else this.#held.set(row.group, [row])
  }

  /** A kind of which something is made is told step by step. */
  #releaseCached(group: string): void {
    const held = this.#held.get(group) ?? []
    for (const row of held) if (row.phase.state === 'cached') this.#end(row, row.phase)
    this.#held.set(group, held.filter(row => row.phase.state !== 'cached'))
  }

  /** One line for all that ended in the same way. */
  #tellHeld({ name, rows }: Group): void {
    const held = this.#held.get(name) ?? []
    this.#held.delete(name)
    const alike = new Map<string, Row[]>()
    const tooMany = held.filter(({ phase }) => phase.state === 'cancelled').length > mostCancelled
    for (const row of held) {
      const how = summaryOf(row, tooMany)
      alike.set(how, [...alike.get(how) ?? [], row])
    }
    for (const [how, some] of alike) this.#tellAlike(name, how, some, rows.length)
  }

  #tellAlike(group: string, how: string, rows: readonly Row[], total: number): void {
    const [first] = rows
    if (first && rows.length === 1 && first.nature !== 'receipt' && hasEnded(first.phase)) this.#end(first, first.phase)
    else this.#options.print(`${group}: ${rows.length}${rows.length < total ? ` of ${total}` : ''} ${how}`, group)
  }
}

function hasBegun(phase: Phase): boolean {
  return phase.state !== 'waiting' && phase.since !== undefined
}

/** More of one kind than this are told in one line: a run that is stopped cancels everything. */
const mostCancelled = 3

/** How a row ended, without what differs between rows that are told together. */
function summaryOf({ nature, phase }: Row, tooMany: boolean): string {
  if (!hasEnded(phase)) return phase.state
  if (nature === 'receipt') return endingText({ nature }, { state: phase.state, at: phase.at })
  return phase.state === 'cancelled' && tooMany ? 'cancelled: what they need was not made' : endingText({ nature }, phase)
}

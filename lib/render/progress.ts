import type { Phase, Row } from './row.ts'

/** The rows of one kind, in the order of the walk. */
export interface Group {
  readonly name: string
  readonly rows: readonly Row[]
}

/** How far a run is: what every display reads. */
export class Progress {
  readonly #rows = new Map<string, Row>()
  readonly #groups = new Map<string, string[]>()

  /** Adds a row, unless there is one of its id. */
  add(row: Row): Row {
    const earlier = this.#rows.get(row.id)
    if (earlier) return earlier
    this.#rows.set(row.id, row)
    const ids = this.#groups.get(row.group)
    if (ids) ids.push(row.id)
    else this.#groups.set(row.group, [row.id])
    return row
  }

  /** Puts a row into another phase. @returns the row as it is now */
  change(row: Row, phase: Phase): Row {
    const changed = { ...row, phase }
    this.#rows.set(row.id, changed)
    return changed
  }

  /** A row as it is now. */
  row(id: string): Row | undefined {
    return this.#rows.get(id)
  }

  group(name: string): Group {
    const ids = this.#groups.get(name) ?? []
    return { name, rows: ids.map(id => this.#rows.get(id)).filter(row => row !== undefined) }
  }

  /** Every kind, in the order in which the walk first meets them. */
  groups(): readonly Group[] {
    return [...this.#groups.keys()].map(name => this.group(name))
  }
}

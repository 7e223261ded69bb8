import type { Row } from './row.ts'

/** Where a run is drawn. */
export interface Display {
  /** A row changed. */
  show(row: Row): void
  /** A line that stays. */
  print(line: string): void
  /** Nothing follows; resolves when everything is drawn. */
  finish(): Promise<void>
}

/** What an archive's DOS time can hold: APPNOTE.TXT 4.4.6, two-second steps from 1980 on. */
const earliest = Date.UTC(1980, 0, 1)
const latest = Date.UTC(2107, 11, 31, 23, 59, 58)

/**
 * A date whose local parts are its parts in UTC, for code that writes the local time.
 * Shifting the date by the offset would not do: a time zone skips the hour in which summer time begins.
 */
export class DosTime extends Date {
  constructor(time: Date) {
    super(Math.min(Math.max(time.getTime(), earliest), latest))
  }

  override getFullYear(): number { return this.getUTCFullYear() }
  override getMonth(): number { return this.getUTCMonth() }
  override getDate(): number { return this.getUTCDate() }
  override getHours(): number { return this.getUTCHours() }
  override getMinutes(): number { return this.getUTCMinutes() }
  override getSeconds(): number { return this.getUTCSeconds() }

  /** Comparing with a local date, as yazl does with its own limits, says neither before nor after. */
  override valueOf(): number { return Number.NaN }
}

/** A time as zip has it: APPNOTE.TXT 4.4.6. */
export interface DosTime {
  readonly date: number
  readonly time: number
}

/** What it can hold: steps of two seconds from 1980 on. */
const earliest = Date.UTC(1980, 0, 1)
const latest = Date.UTC(2107, 11, 31, 23, 59, 58)

/** The parts of a time in UTC, the next one that there is. */
export function dosTime(time: Date): DosTime {
  const at = new Date(Math.min(Math.max(time.getTime(), earliest), latest))
  return {
    date: (at.getUTCFullYear() - 1980) << 9 | (at.getUTCMonth() + 1) << 5 | at.getUTCDate(),
    time: at.getUTCHours() << 11 | at.getUTCMinutes() << 5 | at.getUTCSeconds() >> 1,
  }
}

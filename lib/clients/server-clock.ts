import type { Http } from '../contracts/http.ts'
import { readableDuration } from '../values/readable.ts'

/** What servers say of the time in the answers that come anyway. */
export interface ServerClock {
  /** The same exchanges, listened to. */
  listen(http: Http): Http
  /** Milliseconds that this machine's clock is off the servers'; undefined where none of them told the time. */
  off(): number | undefined
}

/**
 * Reads the time from the header `Date` of answers, and what they were kept for by somebody in between from `Age`: RFC 9110, 6.6.1, and
 * RFC 9111, 5.1. Of several the one that is nearest counts, since an answer may be late, and never early.
 * @param now this machine's clock, milliseconds since 1970
 */
export function serverClock(now: () => number): ServerClock {
  let nearest: number | undefined
  return {
    off: () => nearest,
    listen: http => async request => {
      const response = await http(request)
      const date = Date.parse(response.header('date') ?? '')
      const age = Number(response.header('age') ?? 0)
      if (!Number.isNaN(date)) nearest = Math.min(nearest ?? Infinity, Math.abs(now() - date - (Number.isFinite(age) ? age * 1000 : 0)))
      return response
    },
  }
}

/** Milliseconds that clocks may differ before it is told. */
export const largestSkew = 300_000

/** Tells that clocks differ where nothing fails for that. */
export function skewNotice({ off }: ServerClock, where: string, { notice }: { notice(line: string): void }): void {
  const skew = off() ?? 0
  if (skew > largestSkew) notice(`The clock of this machine is ${readableDuration(skew)} off that of ${where}`)
}

/** The cause of a NETWORK error. */
export interface NetworkFailure {
  /** What the system calls it: `ECONNRESET`. */
  readonly code: string
  /** Whether it may be over at the next try. */
  readonly passing: boolean
}

import type { OciDescriptor } from '../descriptor.ts'

/** Bytes of a copy: of all that is known so far to be wanted, of what was sent, and of what was there before. */
export interface CopyProgress {
  readonly total: number
  readonly done: number
  readonly skipped: number
}

/** Counts the bytes of a copy. A blob that is sent anew, after a cut, is counted anew. */
export interface Tally {
  add(descriptor: OciDescriptor): void
  skip(descriptor: OciDescriptor): void
  /** So many of its bytes are sent. */
  sent(descriptor: OciDescriptor, bytes: number): void
}

export function createTally(tell: (progress: CopyProgress) => void): Tally {
  const counts = { total: 0, done: 0, skipped: 0 }
  const sent = new Map<string, number>()
  const changed = (name: keyof typeof counts, bytes: number): void => {
    counts[name] += bytes
    if (bytes !== 0) tell({ ...counts })
  }
  return {
    add: ({ size }) => changed('total', size),
    skip: ({ size }) => changed('skipped', size),
    sent: ({ digest }, bytes) => {
      const before = sent.get(digest) ?? 0
      sent.set(digest, bytes)
      changed('done', bytes - before)
    },
  }
}

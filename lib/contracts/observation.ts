import type { Json } from '../values/json.ts'

/** What a step found outside itself, just before the cache is asked. */
export interface Observation {
  /** Becomes part of the step's key. */
  readonly value: Json
  /** Every file that was read, absolute: those that git does not know make a release dirty. */
  readonly reads: readonly string[]
}

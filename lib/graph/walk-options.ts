import type { Content } from '../contracts/content.ts'
import type { Exec } from '../contracts/exec.ts'
import type { Records } from '../contracts/records.ts'
import type { SharedCache } from '../contracts/shared-cache.ts'
import type { Place } from '../contracts/workshop.ts'
import type { Json } from '../values/json.ts'
import type { Release } from '../values/release.ts'
import type { Emit } from './events.ts'
import type { Slots } from './slots.ts'

/** What a walk needs of the outside. */
export interface WalkOptions {
  readonly mode: 'plan' | 'run'
  readonly content: Content
  readonly records: Records
  /** What other machines made, asked for what is not here. */
  readonly elsewhere?: SharedCache
  readonly slots: Slots
  readonly signal: AbortSignal
  readonly emit: Emit
  readonly exec: (folder: string | undefined, signal: AbortSignal) => Exec
  readonly now: () => number
  /** What is released; without it nothing can be published. */
  readonly release?: Release
  readonly place: Place
  readonly report: (name: string, value: Json) => void
  /** Makes a temporary folder on the content's file system. */
  readonly temporary: () => Promise<string>
  readonly discard: (folder: string) => Promise<void>
  /** Readings that every step of one run shares. */
  readonly shared: Map<string, Promise<unknown>>
  /** Nothing is looked up; what is made is still kept. */
  readonly fresh?: boolean
  /** The first failure stops everything. */
  readonly failFast?: boolean
  /** A skipped step is a failure. */
  readonly strict?: boolean
}

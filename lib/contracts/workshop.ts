import type { Json } from '../values/json.ts'
import type { Release } from '../values/release.ts'
import type { Content } from './content.ts'
import type { Exec } from './exec.ts'
import type { SharedBundles } from './shared-cache.ts'

/** What a look at the outside gets: no clock, no network of its own. */
export interface Observer {
  readonly exec: Exec
  readonly signal: AbortSignal
  readonly place: Place
  /** Makes a folder that is gone after this run, however it ends. */
  temporary(): Promise<string>
  /** One line for the log, shown with --verbose and when the step fails. */
  log(line: string): void
  /** One line that the user should see whatever happens. */
  notice(line: string): void
  /** The same reading for every step of one run. */
  once<T>(key: string, read: () => Promise<T>): Promise<T>
  /** A reading that depends on nothing but `key` (and on how it is computed), kept in the cache. */
  recall<T extends Json>(key: Json, compute: () => Promise<T>): Promise<T>
  /** What programs keep in caches of their own, where machines share it. */
  readonly bundles?: SharedBundles | undefined
  readonly hints: Hints
}

/**
 * What work leaves for the next time something like it is done, in this run or another, whatever is released then: a help
 * that may be old or missing. What is made never depends on it.
 */
export interface Hints {
  find(like: Json): Promise<Json | undefined>
  keep(like: Json, hint: Json): Promise<void>
}

/** How much memory work may use: freely, as the program does by itself, or as little as it can. */
export type Thrift = 'generous' | 'plain' | 'frugal'

/** What work gets. */
export interface Workshop extends Observer {
  readonly content: Content
  /** A temporary folder of this step's own on the content's file system; gone after. */
  readonly folder: string
  readonly thrift: Thrift
  /** How much work that computes as much shares the cores now, itself counted. What is about to end does not. */
  companions(): number
  /** Bytes of memory that are this work's part; more may make others die. */
  readonly share: number
}

/** What a look ahead gets, before anything is made: the clock, what is released, and the bytes that are here already. */
export interface Lookout extends Observer {
  readonly content: Content
  /** Milliseconds since 1970. */
  now(): number
  readonly release: Release
}

/** What effects get: a lookout's view, and a place in the run's own record. */
export interface World extends Workshop, Lookout {
  /** Whether something was left out: on purpose, or skipped. */
  readonly partial: boolean
  /** Adds to what the record of this run says of it. */
  report(name: string, value: Json): void
  /** Has something done when the run is over, however it ended. */
  atEnd(act: () => Promise<void>): void
}

/** Where a run stands. */
export interface Place {
  /** The folder that relative paths of build.ts mean, absolute. */
  readonly root: string
  /** The folder that takes the place of `dist`, absolute, where the caller named one. */
  readonly out?: string
}

import type { Version } from '../values/version.ts'
import type { Exec } from './exec.ts'

/** A look at the outside that a release starts with: inert until it is read, so that composing does nothing. */
export interface Reading<T> {
  /** What is read, as a noun phrase: `version from git`. */
  readonly reads: string
  read(context: ReadingContext): Promise<T>
}

/** How a version is read. */
export interface VersionReading extends Reading<Version> {
  /** What stands before versions in tags, where that was said: commands that look for other versions look behind it too. */
  readonly prefix?: string
}

export interface ReadingContext {
  /** The project's folder, absolute. */
  readonly folder: string
  readonly exec: Exec
  /** The caller's own, to see what started the run. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The version or tag that --version names. */
  readonly named?: string
  /** The version that is named may be on another commit: it is read as it was released there. */
  readonly anywhere?: boolean
  /** Makes a snapshot of a tagged commit too. */
  readonly snapshot?: boolean
  /** Folders and files that releases write, absolute: they are never a change of the tree. */
  readonly outputs: readonly string[]
  /** Files that git does not know and the build was seen to read, absolute: they are a change of the tree. */
  readonly untracked?: readonly string[]
  /** Tells the user one line. */
  notice(line: string): void
}

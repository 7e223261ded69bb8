import type { Content } from '../../contracts/content.ts'
import type { Descriptor, Digest } from '../../values/descriptor.ts'

/** A place that serves files by path: a folder, or a bucket. */
export interface SiteStore {
  /** What it is called in errors. */
  readonly where: string
  /** Takes bytes in where nobody sees them. */
  stage(path: string, bytes: Descriptor, content: Content): Promise<StagedFile>
  /** What everybody gets at a path; undefined for nothing. */
  digestAt(path: string): Promise<Digest | undefined>
  /** A small text that moves, and what tells this state of it from others. */
  readPointer(path: string): Promise<Pointer | undefined>
  /** Writes it if it still is what it is taken to be. @returns false where it is not: then nothing was changed */
  writePointer(path: string, text: string, expected: Pointer | undefined): Promise<boolean>
  /** What is not there is no error. */
  remove(path: string): Promise<void>
  /** Gives up what runs that died have left of these files, which are there now; what cannot be given up is seen by nobody. */
  clear(paths: readonly string[]): Promise<void>
  /** Asks whether files may be written, and changes nothing that anybody sees. */
  requireWritable(): Promise<void>
  /** Lets go of what was staged and not published. */
  close(): Promise<void>
}

export interface StagedFile {
  /** Reads back what was taken in. */
  digest(): Promise<Digest>
  /** Makes it visible; where the same bytes are there already, that is all right. */
  publish(): Promise<void>
}

export interface Pointer {
  readonly text: string
  readonly tag: string
}

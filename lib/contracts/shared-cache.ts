import type { Artifact } from '../values/artifact.ts'
import type { Descriptor, Digest } from '../values/descriptor.ts'
import type { Json } from '../values/json.ts'

/**
 * What machines share of what they made. It is asked for what is not here, and never fails: what it does not have, or cannot
 * be asked for, is made here. What is handed to it is on its way when these return.
 */
export interface SharedCache {
  /** What was made for a step's key; its bytes are here, or come when they are used. */
  find(key: Digest): Promise<Descriptor | undefined>
  /** What another machine kept under the key stays, unless it was made `again`, because something could not be had. */
  keep(key: Digest, artifact: Artifact, again: boolean): void
  /** What was read for a digest that decides it. */
  findReading(key: Digest): Promise<Json | undefined>
  keepReading(key: Digest, value: Json): void
  /** What programs keep in caches of their own, where that is shared. */
  readonly bundles?: SharedBundles
}

/** Files of other programs' caches, many in one blob. */
export interface SharedBundles {
  find(name: Digest): Promise<Bundle | undefined>
  /** Whether this run may keep something there. */
  writes(): Promise<boolean>
  /** Takes the place of what was kept under the name before. @param bytes read once, when its turn has come */
  keep(name: Digest, contents: Json, bytes: () => AsyncIterable<Uint8Array>): void
  /** Says once that something there cannot be used. */
  refuse(what: string, error: unknown): void
}

export interface Bundle {
  /** What is in it, in the words of whoever kept it. */
  readonly contents: Json
  /**
   * Hands out the bytes, hashed on the way; undefined where they cannot be had.
   * @throws what `use` throws, ReleaseError (CONTENT) where they are not what they should be
   */
  read<T>(use: (bytes: AsyncIterable<Uint8Array>) => Promise<T>): Promise<T | undefined>
}

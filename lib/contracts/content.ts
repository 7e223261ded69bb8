import type { Descriptor } from '../values/descriptor.ts'

/** The bytes behind descriptors. Everything made lives here once, by digest. */
export interface Content {
  /** Whether a blob of that digest and size is there; its bytes are not read. */
  has(descriptor: Descriptor): Promise<boolean>
  /**
   * Streams the bytes, hashing them on the way.
   * @throws ReleaseError (CONTENT, its cause a Damage) at the end where they are not what the descriptor says
   */
  open(descriptor: Descriptor): AsyncIterable<Uint8Array>
  /** A file with the bytes, hashed first; read-only, not to be kept. @throws as `open` */
  file(descriptor: Descriptor): Promise<string>
  /** Takes bytes in. */
  put(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, mediaType: string): Promise<Descriptor>
  /** Takes a file of the step's temporary folder in by renaming it. */
  adopt(file: string, mediaType: string): Promise<Descriptor>
  /** Drops a blob whose bytes are damaged. */
  drop(descriptor: Descriptor): Promise<void>
}

/** The cause of a CONTENT error: which blob is missing or damaged. */
export interface Damage {
  readonly damaged: Descriptor
  /** Whether the user was told why already. */
  readonly told?: boolean
}

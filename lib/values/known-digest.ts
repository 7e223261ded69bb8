import type { Descriptor, Digest } from './descriptor.ts'
import type { Outline } from './outline.ts'

/** The digest of what was made already; undefined of what is only known by its outline. */
export function knownDigest(what: Outline): Digest | undefined {
  return (what as Partial<Descriptor>).digest
}

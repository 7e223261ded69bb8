import { createHash } from 'node:crypto'
import { canonical } from './canonical.ts'
import type { Digest } from './descriptor.ts'

/** The SHA-256 digest of bytes, or of text as UTF-8. */
export function digestOf(bytes: Uint8Array | string): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

/** The digest of a plain value's canonical form. */
export function digestOfValue(value: unknown): Digest {
  return digestOf(canonical(value))
}

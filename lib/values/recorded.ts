import type { Descriptor } from './descriptor.ts'
import type { Json } from './json.ts'

/** A descriptor as a record holds it; undefined for anything else. */
export function recorded(value: Json | undefined): Descriptor | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { mediaType, digest, size } = value as Partial<Descriptor>
  const whole = typeof mediaType === 'string' && typeof digest === 'string' && /^sha256:[0-9a-f]{64}$/.test(digest) && Number.isSafeInteger(size)
  return whole ? { mediaType, digest, size: size as number } : undefined
}

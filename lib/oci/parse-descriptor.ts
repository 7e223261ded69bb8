import type { OciDescriptor } from './descriptor.ts'
import { digestProblem, isDigest } from './digest-problem.ts'
import { reader, type Refuse } from './field-reader.ts'
import { isObject } from './parse-json.ts'
import type { OciPlatform } from './oci-platform.ts'

/**
 * Reads a descriptor: OCI image specification 1.1, "descriptor". Fields that are null are absent ("image configuration", "properties").
 * @param where what it is called in errors: `its config`, `layer 3`
 * @throws what `refuse` makes of it
 */
export function parseDescriptor(value: unknown, where: string, refuse: Refuse): OciDescriptor {
  if (!isObject(value)) throw refuse(`${where} is no descriptor`)
  const { mediaType, digest, size } = value
  if (typeof mediaType !== 'string' || mediaType === '') throw refuse(`${where} has no media type`)
  if (typeof digest !== 'string') throw refuse(`${where} has no digest`)
  if (!isDigest(digest)) throw refuse(`${where} cannot be checked: ${digestProblem(digest)}`)
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) throw refuse(`${where} has no size in bytes, but ${JSON.stringify(size)}`)
  const read = reader(value, where, refuse)
  const { platform } = value
  return {
    mediaType, digest, size, ...read.text('artifactType'), ...read.text('data'), ...read.texts('urls'), ...read.record('annotations'),
    ...platform !== undefined && platform !== null && { platform: platformOf(platform, where, refuse) },
  }
}

/** What names no operating system or architecture is there, and is chosen for none. */
function platformOf(value: unknown, where: string, refuse: Refuse): OciPlatform {
  if (!isObject(value)) throw refuse(`the platform of ${where} is none`)
  const read = reader(value, `the platform of ${where}`, refuse)
  return {
    os: 'unknown', architecture: 'unknown',
    ...read.text('os'), ...read.text('architecture'), ...read.text('variant'), ...read.text('os.version'), ...read.texts('os.features'),
  }
}

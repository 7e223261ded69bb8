import { ReleaseError } from '../values/errors.ts'

/** One line of a checksums file. */
export interface Checksum {
  /** The file's name, as `sha256sum --check` will look for it. */
  readonly name: string
  /** SHA-256 in 64 lower-case hexadecimal digits. */
  readonly hex: string
}

/**
 * The text that `sha256sum --check` reads: a line for each file, sorted by the bytes of the names.
 * Throws NAME for names that need escapes or come twice.
 */
export function checksumsText(checksums: Iterable<Checksum>): string {
  const sorted = [...checksums].sort((one, other) => Buffer.compare(Buffer.from(one.name), Buffer.from(other.name)))
  sorted.forEach(({ name }, index) => checkName(name, sorted[index - 1]?.name))
  return sorted.map(({ name, hex }) => `${hex}  ${name}\n`).join('')
}

function checkName(name: string, before: string | undefined): void {
  const fault = /[\n\r\\]/.test(name) ? 'it has a line break or a backslash' : name === '' ? 'it is empty' : undefined
  const why = fault ?? (name === before ? 'it comes twice' : undefined)
  if (why === undefined) return
  throw new ReleaseError(`Cannot write the checksum of ${JSON.stringify(name)}: the name cannot be used, ${why}`, {
    code: 'NAME',
    hint: 'Give the artifact another name.',
  })
}

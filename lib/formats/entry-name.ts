import { ReleaseError } from '../values/errors.ts'

/** Longer names cannot be opened on Linux (PATH_MAX, counting the closing zero). */
const longest = 4095

/**
 * Gives back the name of an archive's member when every system can unpack it where it belongs.
 * Throws NAME for one that is empty, absolute or too long, has `..`, a backslash, a drive letter or a control
 * character, or is not well-formed Unicode.
 */
export function entryName(name: string): string {
  const fault = faultOf(name)
  if (fault === undefined) return name
  throw new ReleaseError(`Cannot add ${JSON.stringify(name)} to an archive: ${fault}`, {
    code: 'NAME',
    hint: 'Give it a relative name with forward slashes, such as docs/README.md.',
  })
}

function faultOf(name: string): string | undefined {
  if (name === '') return 'the name is empty'
  if (name.startsWith('/')) return 'the name is absolute'
  if (/^[A-Za-z]:/.test(name)) return 'the name starts with a drive letter'
  if (name.includes('\\')) return 'the name has a backslash'
  if (/[\u0000-\u001f\u007f]/.test(name)) return 'the name has a control character'
  if (Buffer.from(name).toString() !== name) return 'the name is not well-formed Unicode'
  if (Buffer.byteLength(name) > longest) return `the name is longer than ${longest} bytes`
  return faultyPart(name.split('/'))
}

function faultyPart(parts: readonly string[]): string | undefined {
  if (parts.includes('')) return 'a part of the name is empty'
  if (parts.includes('.') || parts.includes('..')) return 'a part of the name is . or ..'
  return undefined
}

import { ReleaseError } from '../values/errors.ts'
import type { Checksum } from './checksums-text.ts'

/**
 * Parses what `sha256sum` prints, in text or binary mode, in the order of the file.
 * Throws CONTENT for any other line, and for a name that comes twice.
 */
export function parseChecksumsText(text: string): Checksum[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  const names = new Set<string>()
  return lines.map((line, index) => {
    const [, hex, name] = /^([0-9A-Fa-f]{64}) [ *]([^\\\r]+)$/.exec(line) ?? []
    if (hex === undefined || name === undefined) throw unreadable(index, 'it is no line of sha256sum')
    if (names.has(name)) throw unreadable(index, `${name} comes twice`)
    names.add(name)
    return { name, hex: hex.toLowerCase() }
  })
}

function unreadable(index: number, why: string): ReleaseError {
  return new ReleaseError(`Cannot read line ${index + 1} of the checksums: ${why}`, {
    code: 'CONTENT',
    hint: 'Write the file again with sha256sum.',
  })
}

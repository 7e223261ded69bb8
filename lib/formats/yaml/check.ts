import { ReleaseError } from '../../values/errors.ts'
import { lineEnd } from './lines.ts'
import type { YamlNode } from './node.ts'
import { pathText } from './path.ts'
import { refusal } from './refuse.ts'
import { isRecord, type YamlValue } from './value.ts'

/** Not printable in YAML 1.2.2, section 5.1, or a line break in YAML 1.1 alone, section 5.4: readers differ in what they see. */
const doubtful = /[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F\u2028\u2029\uFEFF]|\r(?!\n)/

/** @throws ReleaseError (FILES) for characters that not every reader takes in the same way */
export function checkCharacters(text: string, file: string): void {
  const at = text.search(doubtful)
  if (at < 0) return
  const code = text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0')
  throw refusal(file, text, at, `U+${code} is not read in the same way by all`, 'Take that character out, or write it as an escape in double quotes.')
}

/**
 * Whether something can be added after a node: what keeps its last line break may not end a file that has none.
 * @throws ReleaseError (FILES) where it cannot
 */
export function checkEnd(node: YamlNode, text: string, file: string): void {
  const last = lastIn(node)
  if ((last.kind !== 'literal' && last.kind !== 'folded') || lineEnd(text, last.end) < text.length) return
  throw refusal(file, text, text.length, 'the file ends in a block of text without a line break', 'End the file with a line break.')
}

function lastIn(node: YamlNode): YamlNode {
  const last = node.kind === 'mapping' ? node.entries.at(-1)?.value : node.kind === 'sequence' ? node.items.at(-1) : undefined
  return last ? lastIn(last) : node
}

/** @throws ReleaseError (USAGE) for a number or a text that YAML cannot hold */
export function checkValue(value: YamlValue, keys: readonly string[], file: string): void {
  if (isRecord(value)) {
    for (const [key, one] of Object.entries(value)) checkValue(one, [...keys, key], file)
    return
  }
  // A surrogate without its other half stands for no character.
  const why = typeof value === 'number' && !Number.isFinite(value) ? `is ${value}` : typeof value === 'string' && /\p{Surrogate}/u.test(value) ? 'is no Unicode text' : undefined
  if (why !== undefined) throw new ReleaseError(`Cannot edit ${file}: the value for ${pathText(keys)} ${why}`, { code: 'USAGE', hint: 'Give another value.' })
}

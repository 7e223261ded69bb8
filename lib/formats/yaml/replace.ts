import { columnOf, hasDeeperComments, lineBreakOf, lineEnd, lineStart } from './lines.ts'
import type { YamlEntry, YamlMapping, YamlNode } from './node.ts'
import type { ScalarStyle } from './scalar-text.ts'
import type { Splice } from './splice.ts'
import { endsWithBreak, type YamlValue } from './value.ts'
import { writeFlow, writeValue } from './write.ts'

/** Writes another value after a key. @param within the mappings around the entry, from the root; step as in Layout */
export function replaceValue(text: string, entry: YamlEntry, value: YamlValue, within: readonly YamlMapping[], step: number): readonly Splice[] {
  return within.some(({ flow }) => flow) ? inFlow(text, entry, value) : inBlock(text, entry, value, step)
}

function inFlow(text: string, { colon, start, value: old }: YamlEntry, value: YamlValue): readonly Splice[] {
  const written = writeFlow(value, styleOf(old) ?? (text[start] === '"' ? 'double' : 'plain'))
  if (old.kind !== 'empty') return [{ start: old.start, end: old.end, text: written }]
  return [{ start: colon, end: colon, text: `${text[colon - 1] === ':' ? '' : ':'} ${written}` }]
}

function styleOf({ kind }: YamlNode): ScalarStyle | undefined {
  return kind === 'plain' || kind === 'single' || kind === 'double' ? kind : undefined
}

function inBlock(text: string, entry: YamlEntry, value: YamlValue, step: number): readonly Splice[] {
  const old = entry.value
  const isBlock = old.kind === 'mapping' && !old.flow
  const isText = old.kind === 'literal' || old.kind === 'folded'
  const bottom = lineEnd(text, old.end)
  const column = columnOf(text, entry.start)
  const literals = !hasDeeperComments(text, bottom, column) && (bottom < text.length || !endsWithBreak(value))
  const layout = { column, step, literals, style: styleOf(old) ?? 'plain' } as const
  const { inline, lines } = writeValue(value, layout, isBlock ? columnOf(text, old.start) : undefined)
  const below = lines.map(line => lineBreakOf(text) + line).join('')
  const after: Splice = { start: entry.colon, end: entry.colon, text: inline === '' ? '' : ` ${inline}` }

  if (old.kind === 'empty') return [after, { start: bottom, end: bottom, text: below }]
  if (isBlock) {
    // Comments between the key and the first entry stay, but for those that a literal block would take in.
    const top = inline.startsWith('|') ? lineEnd(text, entry.colon) : lineEnd(text, lineStart(text, old.start))
    return [after, { start: top, end: bottom, text: below }]
  }
  const isMapping = inline === ''
  const ownLine = text.slice(entry.colon, old.start).includes('\n')
  // What takes no place on the key's line leaves no space there, and on a line of its own no line.
  const start = !isMapping ? old.start : ownLine ? lineEnd(text, lineStart(text, old.start)) : entry.colon
  if (isText) {
    const header = old.start + (/^[|>][-+\d]*/.exec(text.slice(old.start, old.start + 4))?.[0].length ?? 0)
    return [{ start, end: header, text: inline }, { start: lineEnd(text, old.start), end: bottom, text: below }]
  }
  if (isMapping && ownLine) return [{ start, end: old.end, text: below }]
  return [{ start, end: old.end, text: inline }, { start: bottom, end: bottom, text: below }]
}

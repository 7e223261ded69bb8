import { columnOf, hasDeeperComments, lineBreakOf, lineEnd, lineStart } from './lines.ts'
import type { YamlMapping } from './node.ts'
import type { Splice } from './splice.ts'
import { endsWithBreak, type YamlRecord } from './value.ts'
import { writeEntries, writeFlowEntries } from './write.ts'

/** Adds entries to the end of a mapping, in the way it is written. @param step as in Layout */
export function appendEntries(text: string, mapping: YamlMapping, added: YamlRecord, step: number): readonly Splice[] {
  return mapping.flow ? toFlow(text, mapping, added) : toBlock(text, mapping, added, step)
}

function toBlock(text: string, { start, end }: YamlMapping, added: YamlRecord, step: number): readonly Splice[] {
  const column = columnOf(text, start)
  const at = lineEnd(text, end)
  const literals = (at < text.length || !endsWithBreak(added)) && !hasDeeperComments(text, at, column)
  const lines = writeEntries(Object.entries(added), { column, step, literals, style: 'plain' })
  return [{ start: at, end: at, text: lines.map(line => lineBreakOf(text) + line).join('') }]
}

const restOfLine = / *(,?)(?: *| +#[^\n]*?)(?=\r?\n)/y

function toFlow(text: string, { start, entries }: YamlMapping, added: YamlRecord): readonly Splice[] {
  const last = entries.at(-1)
  const written = writeFlowEntries(added, last && text[last.start] === '"' ? 'double' : 'plain')
  if (!last) return [{ start: start + 1, end: start + 1, text: written }]
  const { end } = last.value
  restOfLine.lastIndex = end
  const rest = restOfLine.exec(text)
  if (!rest) return [{ start: end, end, text: `, ${written}` }]
  // An entry that ends its line is followed by one in a line of its own.
  const line = end + rest[0].length
  const [indent = ''] = /^ */.exec(text.slice(lineStart(text, last.start))) ?? []
  const comma = rest[1] === '' ? [{ start: end, end, text: ',' }] : []
  return [...comma, { start: line, end: line, text: `${lineBreakOf(text)}${indent}${written}` }]
}

/** Adds entries to a document that has none. */
export function beginDocument(text: string, added: YamlRecord, step: number): Splice {
  const lineBreak = lineBreakOf(text)
  const lines = writeEntries(Object.entries(added), { column: 0, step, literals: true, style: 'plain' })
  const before = text === '' || text.endsWith('\n') ? '' : lineBreak
  return { start: text.length, end: text.length, text: before + lines.map(line => line + lineBreak).join('') }
}

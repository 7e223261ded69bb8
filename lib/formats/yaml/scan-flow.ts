import type { YamlEntry, YamlNode } from './node.ts'
import { doubleQuoted, match, maxDepth, otherYaml, singleQuoted, spaces } from './scan-text.ts'

const plain = /[^\s\-?:,[\]{}#&*!|>'"%@`](?:[^\s:,[\]{}]|:(?=[^\s,[\]{}])| +(?=[^\s#:,[\]{}]))*/y
const flowKey = /(?:[A-Za-z0-9_$/][\w.$/@%+*()-]*|'[^'\r\n]*'|"[^"\\\r\n]*")/y

/**
 * Reads a list in brackets or a mapping in braces that stands on one line, or a scalar in it.
 * @throws otherYaml for anything else
 */
export function flowNode(text: string, at: number, depth: number): YamlNode {
  if (depth > maxDepth) throw otherYaml
  switch (text.charAt(at)) {
    case '[': return flowSequence(text, at, depth + 1)
    case '{': return flowMapping(text, at, depth + 1)
    case '\'': return flowScalar('single', at, match(singleQuoted, text, at))
    case '"': return flowScalar('double', at, match(doubleQuoted, text, at))
    default: return flowScalar('plain', at, match(plain, text, at))
  }
}

function flowScalar(kind: 'plain' | 'single' | 'double', start: number, end: number): YamlNode {
  if (end < 0) throw otherYaml
  return { kind, start, end }
}

function flowSequence(text: string, start: number, depth: number): YamlNode {
  const items: YamlNode[] = []
  const end = flowItems(text, start, ']', at => {
    const item = flowNode(text, at, depth)
    items.push(item)
    return item.end
  })
  return { kind: 'sequence', flow: true, start, end, items }
}

function flowMapping(text: string, start: number, depth: number): YamlNode {
  const entries: YamlEntry[] = []
  const end = flowItems(text, start, '}', at => {
    const entry = flowEntry(text, at, depth)
    if (entries.some(({ key }) => key === entry.key)) throw otherYaml
    entries.push(entry)
    return entry.value.end
  })
  return { kind: 'mapping', flow: true, start, end, entries }
}

function flowEntry(text: string, start: number, depth: number): YamlEntry {
  const keyEnd = match(flowKey, text, start)
  if (keyEnd < 0) throw otherYaml
  const quoted = /['"]/.test(text.charAt(start))
  const colon = match(spaces, text, keyEnd) + 1
  if (text[colon - 1] !== ':' || (!quoted && text[colon] !== ' ') || colon - start > 1000) throw otherYaml
  const value = flowNode(text, match(spaces, text, colon), depth)
  return { key: quoted ? text.slice(start + 1, keyEnd - 1) : text.slice(start, keyEnd), start, colon, value }
}

/** What stands between commas; a last comma may come before the end. Returns where the collection ends. */
function flowItems(text: string, start: number, last: string, read: (at: number) => number): number {
  let at = match(spaces, text, start + 1)
  while (text[at] !== last) {
    at = match(spaces, text, read(at))
    if (text[at] === ',') at = match(spaces, text, at + 1)
    else if (text[at] !== last) throw otherYaml
  }
  return at + 1
}

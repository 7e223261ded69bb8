import { blockEnd } from './block-end.ts'
import type { YamlEntry, YamlNode } from './node.ts'
import { flowNode } from './scan-flow.ts'
import { doubleQuoted, gap, header, leading, emptyLines, linesOf, match, maxDepth, otherYaml, plain, simpleEntry, simpleItem, simpleKey, singleQuoted, spaces } from './scan-text.ts'

/**
 * Reads the YAML that people mostly write: block mappings and lists, values on one line, block scalars, comments. Many times
 * as fast as reading all of YAML, and as strict: undefined says that something else is in the text, be it right or wrong.
 * @param text without a byte order mark and without characters that YAML has no use for
 * @param wanted the keys of the root whose values are of interest, all where it is absent: others are checked and not told
 * @param isEntry whether a text is one entry of a mapping, in YAML of any kind: asked of entries that are not wanted
 */
export function scanYaml(text: string, wanted?: ReadonlySet<string>, isEntry?: (text: string) => boolean): YamlNode | undefined {
  const reader: Reader = { text, at: 0, column: 0, depth: 0, wanted, isEntry, keeps: true }
  try {
    skip(reader, 0, leading)
    if (reader.column === 0 && text.startsWith('---', reader.at)) skip(reader, reader.at + 3)
    if (reader.column < 0) return { kind: 'empty', start: text.length, end: text.length }
    const root = ownLines(reader)
    return reader.column < 0 ? root : undefined
  } catch (error) {
    if (error === otherYaml) return undefined
    throw error
  }
}

/** Stands at the first character of a line's content; in column -1 at the end of the text. */
interface Reader {
  readonly text: string
  at: number
  column: number
  /** How many collections it stands in. */
  depth: number
  readonly wanted: ReadonlySet<string> | undefined
  readonly isEntry: ((text: string) => boolean) | undefined
  /** Whether what is read is told. */
  keeps: boolean
}

/** What is not told. */
const skimmed: YamlNode = { kind: 'skimmed', start: 0, end: 0 }

const HASH = 35
const DASH = 45

/** From the end of some content to the next. */
function skip(reader: Reader, from: number, over = gap): void {
  const at = match(over, reader.text, from)
  if (at < 0) throw otherYaml
  arrive(reader, at)
}

function arrive(reader: Reader, at: number): void {
  const { text } = reader
  // A comment that the text ends with, without a line break, is no content.
  const ends = at === text.length || text.charCodeAt(at) === HASH
  reader.at = ends ? text.length : at
  reader.column = ends ? -1 : at - (text.lastIndexOf('\n', at - 1) + 1)
}

/** Goes past what need not be told, where it is of the simplest kind. */
function skims(reader: Reader, pattern: RegExp): boolean {
  if (reader.keeps) return false
  const at = match(pattern, reader.text, reader.at)
  if (at < 0) return false
  arrive(reader, at)
  return true
}

function isDash(text: string, at: number): boolean {
  if (text.charCodeAt(at) !== DASH) return false
  const next = text.charCodeAt(at + 1)
  return next === 32 || next === 10 || next === 13 || Number.isNaN(next)
}

/** What begins on a line of its own. A scalar that does may go on for lines, and is rare. */
function ownLines(reader: Reader): YamlNode {
  const node = collection(reader)
  if (!node) throw otherYaml
  return node
}

/** A mapping or a list that begins at the reader's place. */
function collection(reader: Reader): YamlNode | undefined {
  const isSequence = isDash(reader.text, reader.at)
  if (!isSequence && match(simpleKey, reader.text, reader.at) < 0) return undefined
  if (reader.depth === maxDepth) throw otherYaml
  reader.depth += 1
  const node = isSequence ? blockSequence(reader, reader.column) : blockMapping(reader, reader.column)
  reader.depth -= 1
  return node
}

function blockMapping(reader: Reader, column: number): YamlNode {
  const start = reader.at
  const isRoot = reader.depth === 1
  const entries: YamlEntry[] = []
  const keys: Keys = { few: [], many: undefined }
  do {
    if (isRoot || !skimsEntry(reader, keys)) {
      const entry = blockEntry(reader, column, keys, isRoot)
      if (reader.keeps || isRoot) entries.push(entry)
    }
    if (reader.column > column) throw otherYaml
  } while (reader.column === column)
  return entries.length > 0 ? { kind: 'mapping', flow: false, start, end: entries.at(-1)?.value.end ?? start, entries } : skimmed
}

function skimsEntry(reader: Reader, keys: Keys): boolean {
  const { text, at } = reader
  if (!skims(reader, simpleEntry)) return false
  addKey(keys, text.slice(at, text.indexOf(':', at)))
  return true
}

function blockEntry(reader: Reader, column: number, keys: Keys, isRoot: boolean): YamlEntry {
  const { text, at: start, wanted } = reader
  const colon = match(simpleKey, text, start)
  if (colon < 0) throw otherYaml
  const key = keyText(text, start, colon)
  addKey(keys, key)
  if (isRoot && wanted) reader.keeps = wanted.has(key)
  const value = isRoot && !reader.keeps ? unwantedValue(reader, colon, column) : entryValue(reader, colon, column)
  return { key, start, colon, value: reader.keeps ? value : { kind: 'skimmed', start: colon, end: reader.at } }
}

/** At the start of a line, what belongs to no entry that begins before. */
const nextEntry = /\n(?=[^\s#\-\]}])/g

/** Where an entry of a root in column 0 is of another kind, it can be read without the others: they do not change how. */
function unwantedValue(reader: Reader, colon: number, column: number): YamlNode {
  const { text, at: start, depth } = reader
  try {
    return entryValue(reader, colon, column)
  } catch (error) {
    nextEntry.lastIndex = colon
    const end = nextEntry.test(text) ? nextEntry.lastIndex : text.length
    if (error !== otherYaml || column !== 0 || !reader.isEntry?.(text.slice(start, end))) throw error
    reader.depth = depth
    arrive(reader, end)
    return skimmed
  }
}

function keyText(text: string, start: number, colon: number): string {
  const written = text.slice(start, colon - 1).trimEnd()
  const first = written.charCodeAt(0)
  return first === 34 || first === 39 ? written.slice(1, -1) : written
}

/** Keys of one mapping. Most have so few that an array is quicker than a set. */
interface Keys {
  readonly few: string[]
  many: Set<string> | undefined
}

function addKey(keys: Keys, key: string): void {
  const { few } = keys
  // Longer ones are no keys in YAML 1.2.2, section 7.4.2.
  if ((keys.many ? keys.many.has(key) : few.includes(key)) || key.length > 1000) throw otherYaml
  if (keys.many) keys.many.add(key)
  else if (few.push(key) > 16) keys.many = new Set(few)
}

function entryValue(reader: Reader, colon: number, column: number): YamlNode {
  const { text } = reader
  const at = match(spaces, text, colon)
  if (!endsLine(text, at)) return scalar(reader, at, column)
  skip(reader, colon)
  if (reader.column > column) return ownLines(reader)
  // A list may stand in the column of its key.
  if (reader.column === column && isDash(text, reader.at)) return ownLines(reader)
  return { kind: 'empty', start: colon, end: colon }
}

function endsLine(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code === 10 || code === 13 || code === HASH || Number.isNaN(code)
}

function blockSequence(reader: Reader, column: number): YamlNode {
  const start = reader.at
  const items: YamlNode[] = []
  do {
    if (!skims(reader, simpleItem)) {
      const item = sequenceItem(reader, column)
      if (reader.keeps) items.push(item)
    }
    if (reader.column > column) throw otherYaml
  } while (reader.column === column && isDash(reader.text, reader.at))
  return reader.keeps ? { kind: 'sequence', flow: false, start, end: items.at(-1)?.end ?? start, items } : skimmed
}

function sequenceItem(reader: Reader, column: number): YamlNode {
  const { text } = reader
  const dash = reader.at + 1
  const at = match(spaces, text, dash)
  if (!endsLine(text, at)) {
    // What follows the dash on its line is nested as if it stood on a line of its own.
    reader.column += at - reader.at
    reader.at = at
    return collection(reader) ?? scalar(reader, at, column)
  }
  skip(reader, dash)
  return reader.column > column ? ownLines(reader) : { kind: 'empty', start: dash, end: dash }
}

/** A value that begins on this line, and then to the next content. */
function scalar(reader: Reader, at: number, parent: number): YamlNode {
  const { text } = reader
  switch (text.charAt(at)) {
    case '|': return blockScalar(reader, 'literal', at, parent)
    case '>': return blockScalar(reader, 'folded', at, parent)
    case '[':
    case '{': return beforeGap(reader, flowNode(text, at, 0))
    case '\'': return beforeGap(reader, { kind: 'single', start: at, end: match(singleQuoted, text, at) })
    case '"': return beforeGap(reader, { kind: 'double', start: at, end: match(doubleQuoted, text, at) })
    default: return beforeGap(reader, { kind: 'plain', start: at, end: match(plain, text, at) })
  }
}

function beforeGap(reader: Reader, node: YamlNode): YamlNode {
  if (node.end < 0) throw otherYaml
  skip(reader, node.end)
  return node
}

function blockScalar(reader: Reader, kind: 'literal' | 'folded', start: number, parent: number): YamlNode {
  const { text } = reader
  const first = match(header, text, start)
  const content = match(emptyLines, text, first)
  const indent = match(spaces, text, content) - content
  const isEmpty = content + indent === text.length || indent <= parent
  // Without text, or with white space in the empty lines before it, it takes the rules in full.
  if (first < 0 || isEmpty || text.slice(first, content).includes(' ')) throw otherYaml
  const end = match(linesOf(indent), text, content)
  skip(reader, end, leading)
  return { kind, start, end: blockEnd(text, start, end, indent) }
}

export interface GoToken {
  /** `end` ends a statement: a semicolon, or the end of a line where Go puts one. `broken` is text that is no Go. */
  readonly kind: 'word' | 'string' | 'rune' | 'number' | 'mark' | 'end' | 'broken'
  /** As it stands there; of a long string its beginning. */
  readonly text: string
  /** Where the bytes after it begin. */
  readonly after: number
}

/** Of a string nobody needs more, and some hold megabytes. */
const longest = 1024

/** Keywords after which a line does not end a statement. */
const open = new Set(['case', 'chan', 'const', 'default', 'defer', 'else', 'for', 'func', 'go', 'goto', 'if', 'import',
  'interface', 'map', 'package', 'range', 'select', 'struct', 'switch', 'type', 'var'])

const marks = new Set(['++', '--', '==', '!=', '<=', '>=', ':=', '&&', '||', ...Array.from('-+*/%&|^<>=!()[]{},.:~')])

/**
 * Reads Go source token by token, as far as it is asked to, and keeps nothing of it: generated files are large. Told to
 * `skip` after a bracket that opens, it goes on with the one that closes it.
 * Source: Go specification, "Lexical elements".
 */
export function* goTokens(source: Uint8Array): Generator<GoToken, undefined, 'skip' | undefined> {
  const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength)
  let last: GoToken | undefined
  for (let at = bytes.toString('utf8', 0, 3) === '\uFEFF' ? 3 : 0; ;) {
    const start = afterSpace(bytes, at)
    if (last && closes(last) && (start >= bytes.length || bytes.subarray(at, start).includes(newline))) {
      yield { kind: 'end', text: '\n', after: at }
    }
    if (start >= bytes.length) return undefined
    last = tokenAt(bytes, start)
    at = last.after
    if ((yield last) !== 'skip') continue
    const closed = afterBrackets(bytes, at)
    if (closed === undefined) return undefined
    at = closed
    last = { kind: 'mark', text: bytes.toString('latin1', at - 1, at), after: at }
    yield last
  }
}

function tokenAt(bytes: Buffer, start: number): GoToken {
  const kind = kindOf(bytes, start)
  if (kind === 'string' || kind === 'rune') {
    const after = afterQuoted(bytes, start)
    if (after !== undefined) return { kind, text: textOf(bytes, start, Math.min(after, start + longest)), after }
    return { kind: 'broken', text: textOf(bytes, start, start + 1), after: start + 1 }
  }
  const after = kind === 'word' ? afterWord(bytes, start) : kind === 'number' ? afterNumber(bytes, start)
    : kind === 'mark' ? afterMark(bytes, start) : start + 1
  return { kind, text: textOf(bytes, start, after), after }
}

/** Copies: a part of a string would keep all of it in memory. */
function textOf(bytes: Buffer, start: number, after: number): string {
  return bytes.toString('utf8', start, after)
}

const [newline, slash, star, backslash] = [0x0a, 0x2f, 0x2a, 0x5c]
const [quote, apostrophe, backtick, dot] = [0x22, 0x27, 0x60, 0x2e]

function kindOf(bytes: Buffer, at: number): GoToken['kind'] {
  const byte = bytes[at] ?? 0
  if (isDigit(byte) || (byte === dot && isDigit(bytes[at + 1]))) return 'number'
  if (isLetter(byte)) return 'word'
  if (byte === quote || byte === backtick) return 'string'
  if (byte === apostrophe) return 'rune'
  if (byte === 0x3b) return 'end'
  return marks.has(String.fromCharCode(byte)) ? 'mark' : 'broken'
}

/** What is not ASCII is a letter or a digit in all that is Go. */
function isLetter(byte = 0): boolean {
  return byte >= 0x80 || byte === 0x5f || (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a)
}

function isDigit(byte = 0): boolean {
  return byte >= 0x30 && byte <= 0x39
}

function afterWord(bytes: Buffer, start: number): number {
  let at = start + 1
  while (isLetter(bytes[at]) || isDigit(bytes[at])) at += 1
  return at
}

function afterNumber(bytes: Buffer, start: number): number {
  for (let at = start + 1; ; at += 1) {
    const sign = bytes[at] === 0x2b || bytes[at] === 0x2d
    const exponent = sign && 'eEpP'.includes(String.fromCharCode(bytes[at - 1] ?? 0))
    if (!exponent && bytes[at] !== dot && !isLetter(bytes[at]) && !isDigit(bytes[at])) return at
  }
}

function afterMark(bytes: Buffer, start: number): number {
  if (bytes.toString('latin1', start, start + 3) === '...') return start + 3
  return start + (marks.has(bytes.toString('latin1', start, start + 2)) ? 2 : 1)
}

/** Behind a string or rune; undefined where its end is missing. */
function afterQuoted(bytes: Buffer, start: number): number | undefined {
  const mark = bytes[start]
  if (mark === backtick) return found(bytes.indexOf(backtick, start + 1))
  for (let at = start + 1; at < bytes.length && bytes[at] !== newline; at += 1) {
    if (bytes[at] === mark) return mark === apostrophe && at === start + 1 ? undefined : at + 1
    if (bytes[at] === backslash && bytes[at + 1] !== newline) at += 1
  }
  return undefined
}

function found(at: number): number | undefined {
  return at < 0 ? undefined : at + 1
}

/** Whether the end of a line after this is the end of a statement. */
function closes({ kind, text }: GoToken): boolean {
  if (kind === 'word') return !open.has(text)
  if (kind === 'mark') return [')', ']', '}', '++', '--'].includes(text)
  return kind === 'string' || kind === 'rune' || kind === 'number'
}

function afterSpace(bytes: Buffer, from: number): number {
  for (let at = from; at < bytes.length;) {
    const byte = bytes[at]
    const after = byte === slash ? afterComment(bytes, at) : byte === 0x20 || byte === newline || byte === 0x09 || byte === 0x0d ? at + 1 : at
    if (after === at) return at
    at = after
  }
  return bytes.length
}

/** Behind a comment, before the end of its line; where it stood if it is none. */
function afterComment(bytes: Buffer, at: number): number {
  const [text, length] = bytes[at + 1] === slash ? ['\n', 0] as const : bytes[at + 1] === star ? ['*/', 2] as const : []
  if (text === undefined) return at
  const end = bytes.indexOf(text, at + 2)
  return end < 0 ? bytes.length : end + length
}

/** Behind the bracket that closes one which opened before `from`; all kinds are one here, as Go refuses what does not match. */
function afterBrackets(bytes: Buffer, from: number): number | undefined {
  let depth = 1
  for (let at = from; at < bytes.length;) {
    const byte = bytes[at] ?? 0
    if (byte === quote || byte === backtick || byte === apostrophe) at = afterQuoted(bytes, at) ?? at + 1
    else if (byte === slash) at = Math.max(at + 1, afterComment(bytes, at))
    else {
      depth += nesting[byte] ?? 0
      at += 1
      if (depth === 0) return at
    }
  }
  return undefined
}

const nesting = new Int8Array(256)
for (const bracket of '([{') nesting[bracket.charCodeAt(0)] = 1
for (const bracket of ')]}') nesting[bracket.charCodeAt(0)] = -1

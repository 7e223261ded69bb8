export interface GoToken {
  /** `end` ends a statement: a semicolon, or the end of a line where Go puts one. `broken` is text that is no Go. */
  readonly kind: 'word' | 'string' | 'rune' | 'number' | 'mark' | 'end' | 'broken'
  readonly text: string
  /** Where the text after it begins. */
  readonly after: number
}

const patterns: readonly (readonly [kind: GoToken['kind'], pattern: RegExp])[] = [
  ['word', /[\p{L}_][\p{L}\p{Nd}_]*/uy],
  ['number', /\.?[0-9](?:[eEpP][+-]|[\w.])*/y],
  ['string', /"(?:[^"\\\n]|\\.)*"|`[^`]*`/y],
  ['rune', /'(?:[^'\\\n]|\\.)+'/y],
  ['mark', /\+\+|--|[=!<>:]=|&&|\|\||\.\.\.|[-+*/%&|^<>=!()[\]{},.:~]/y],
  ['end', /;/y],
]

/** Keywords after which a line does not end a statement. */
const open = new Set(['case', 'chan', 'const', 'default', 'defer', 'else', 'for', 'func', 'go', 'goto', 'if', 'import',
  'interface', 'map', 'package', 'range', 'select', 'struct', 'switch', 'type', 'var'])

/** Reads Go source token by token, as far as it is asked to. Source: Go specification, "Lexical elements". */
export function* goTokens(source: string): Generator<GoToken, undefined> {
  let last: GoToken | undefined
  for (let at = source.startsWith('\uFEFF') ? 1 : 0; ;) {
    const start = afterSpace(source, at)
    if (last && closes(last) && (start >= source.length || source.slice(at, start).includes('\n'))) {
      yield { kind: 'end', text: '\n', after: at }
    }
    if (start >= source.length) return undefined
    last = tokenAt(source, start)
    at = last.after
    yield last
  }
}

function tokenAt(source: string, start: number): GoToken {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = start
    if (pattern.test(source)) return { kind, text: source.slice(start, pattern.lastIndex), after: pattern.lastIndex }
  }
  return { kind: 'broken', text: source.charAt(start), after: start + 1 }
}

/** Whether the end of a line after this is the end of a statement. */
function closes({ kind, text }: GoToken): boolean {
  if (kind === 'word') return !open.has(text)
  if (kind === 'mark') return [')', ']', '}', '++', '--'].includes(text)
  return kind === 'string' || kind === 'rune' || kind === 'number'
}

function afterSpace(source: string, from: number): number {
  let at = from
  for (; at < source.length; at += 1) {
    if (source.startsWith('//', at)) at = position(source, '\n', at) - 1
    else if (source.startsWith('/*', at)) at = position(source, '*/', at + 2) + 1
    else if (!/\s/.test(source.charAt(at))) return at
  }
  return source.length
}

function position(source: string, text: string, from: number): number {
  const found = source.indexOf(text, from)
  return found < 0 ? source.length : found
}

import { type GoToken, goTokens } from './go-tokens.ts'

/** One name that a Go file declares at its top level. */
export interface GoDeclaration {
  readonly name: string
  readonly kind: 'var' | 'const' | 'type' | 'func'
  /**
   * A variable's or constant's type, or what a type is made of, as tokens; empty where none is written. `…` stands for what
   * is in braces, and for all of it where that is more than anybody means to stamp.
   */
  readonly type: readonly string[]
  /** What a variable or constant is initialised by, as tokens; undefined where nothing is written. */
  readonly value?: readonly string[]
  /** `type A = B`, not `type A B`. */
  readonly alias: boolean
}

type Tokens = readonly GoToken[]
type Reader = ReturnType<typeof goTokens>

/**
 * The top-level declarations of a Go file, methods left out, one after the other: a file is read as far as it is asked for,
 * and of a large one nothing is kept. Source: Go specification, "Declarations and scope".
 */
export function* goDeclarations(source: Uint8Array): Generator<GoDeclaration, undefined> {
  const reader = goTokens(source)
  for (let first = reader.next(); !first.done; first = reader.next()) {
    if (first.value.kind !== 'end') yield* statement(first.value, reader)
  }
}

/** What a statement declares. Of others only the end is looked for. */
function* statement(first: GoToken, reader: Reader): Generator<GoDeclaration, undefined> {
  const read = readerOf(first.text)
  const next = reader.next()
  if (next.done || next.value.kind === 'end') return
  if (!read || next.value.text !== '(') {
    const { tokens } = specification(next.value, reader)
    if (read) yield* read(tokens)
    if (first.text === 'func' && next.value.kind === 'word') yield declared('func', next.value.text, [])
    return
  }
  for (let inner = reader.next(); !inner.done && inner.value.text !== ')'; inner = reader.next()) {
    if (inner.value.kind === 'end') continue
    const { tokens, closed } = specification(inner.value, reader)
    yield* read(tokens)
    if (closed) break
  }
  specification(undefined, reader)
}

/** Reads what follows `var`, `const` or `type`, one specification after the other. */
function readerOf(keyword: string): ((tokens: Tokens) => readonly GoDeclaration[]) | undefined {
  if (keyword === 'var') return tokens => valuesOf('var', namesOf(tokens), restOf(tokens))
  if (keyword === 'type') return typeOf
  if (keyword !== 'const') return undefined
  let repeated: Tokens = []
  return tokens => {
    const rest = restOf(tokens)
    // A constant without a value repeats the one before it.
    if (rest.length > 0) repeated = rest
    return valuesOf('const', namesOf(tokens), repeated)
  }
}

/** More tokens than these are no version. */
const most = 1000

/**
 * Reads up to the end of a specification. What stands in braces is left out, and all but the names of one that is too long.
 * @returns `closed` where the bracket around it is what ended it
 */
function specification(first: GoToken | undefined, reader: Reader): { readonly tokens: Tokens; readonly closed: boolean } {
  const tokens: GoToken[] = first ? [first] : []
  let last = first
  let depth = first ? depthOf(first) : 0
  for (let next = following(last, reader); !next.done; next = following(last, reader)) {
    const token = next.value
    depth += depthOf(token)
    if (depth < 0 || (depth === 0 && token.kind === 'end')) return { tokens: shortened(tokens), closed: depth < 0 }
    if (last?.text === '{' && token.after > last.after + 1) tokens.push(leftOut)
    if (token.kind !== 'end' && tokens.length <= most) tokens.push(token)
    last = token
  }
  return { tokens: shortened(tokens), closed: false }
}

const leftOut: GoToken = { kind: 'mark', text: '…', after: 0 }

function following(last: GoToken | undefined, reader: Reader): ReturnType<Reader['next']> {
  return last?.text === '{' ? reader.next('skip') : reader.next()
}

function shortened(tokens: Tokens): Tokens {
  return tokens.length > most ? [...tokens.slice(0, lengthOfNames(tokens)), leftOut] : tokens
}

function depthOf({ kind, text }: GoToken): number {
  return kind !== 'mark' ? 0 : '([{'.includes(text) ? 1 : ')]}'.includes(text) ? -1 : 0
}

/** `a, b string = "x", f()`: each name with its own value, or all with the call that gives them all. */
function valuesOf(kind: 'var' | 'const', names: readonly string[], rest: Tokens): readonly GoDeclaration[] {
  const [type = [], value] = cut(rest, '=')
  const values = value && split(value, ',')
  return names.map((name, index) => {
    const own = values && (values.length === names.length ? values[index] : value)
    return { ...declared(kind, name, textsOf(type)), ...own === undefined ? {} : { value: textsOf(own) } }
  })
}

function typeOf(specification: Tokens): readonly GoDeclaration[] {
  const [name, next, ...rest] = specification
  if (name?.kind !== 'word') return []
  const alias = next?.text === '='
  return [{ ...declared('type', name.text, textsOf(alias || !next ? rest : [next, ...rest])), alias }]
}

function declared(kind: GoDeclaration['kind'], name: string, type: readonly string[]): GoDeclaration {
  return { name, kind, type, alias: false }
}

/** The names at the beginning, which commas part. */
function namesOf(tokens: Tokens): readonly string[] {
  return tokens.slice(0, lengthOfNames(tokens)).filter(({ kind }) => kind === 'word').map(({ text }) => text)
}

function restOf(tokens: Tokens): Tokens {
  return tokens.slice(lengthOfNames(tokens))
}

function lengthOfNames(tokens: Tokens): number {
  for (let at = 0; ; at += 2) {
    if (tokens[at]?.kind !== 'word') return Math.min(at, tokens.length)
    if (tokens[at + 1]?.text !== ',') return at + 1
  }
}

function cut(tokens: Tokens, mark: string): readonly Tokens[] {
  const [before = [], ...after] = split(tokens, mark)
  return after.length === 0 ? [before] : [before, tokens.slice(before.length + 1)]
}

/** Parts at every mark, but for those within brackets; empty parts count only between others. */
function split(tokens: Tokens, mark: string): readonly Tokens[] {
  const parts: GoToken[][] = [[]]
  let depth = 0
  for (const token of tokens) {
    depth += depthOf(token)
    if (depth === 0 && token.text === mark) parts.push([])
    else parts.at(-1)?.push(token)
  }
  return parts.at(-1)?.length === 0 ? parts.slice(0, -1) : parts
}

function textsOf(tokens: Tokens): readonly string[] {
  return tokens.map(({ text }) => text)
}

import { type GoToken, goTokens } from './go-tokens.ts'

/** One name that a Go file declares at its top level. */
export interface GoDeclaration {
  readonly name: string
  readonly kind: 'var' | 'const' | 'type' | 'func'
  /** A variable's or constant's type, or what a type is made of, as tokens; empty where none is written. */
  readonly type: readonly string[]
  /** What a variable or constant is initialised by, as tokens; undefined where nothing is written. */
  readonly value?: readonly string[]
  /** `type A = B`, not `type A B`. */
  readonly alias: boolean
}

type Tokens = readonly GoToken[]

/** The top-level declarations of a Go file, methods left out. Source: Go specification, "Declarations and scope". */
export function goDeclarations(source: string): readonly GoDeclaration[] {
  return split([...goTokens(source)], token => token.kind === 'end').flatMap(statement => {
    const [keyword, next, ...rest] = statement
    if (keyword === undefined || next === undefined) return []
    if (keyword.text === 'func') return next.text === '(' ? [] : [declared('func', next.text, [])]
    const read = readers[keyword.text]
    if (!read) return []
    if (next.text !== '(') return read([[next, ...rest]])
    return read(split(rest.slice(0, -1), token => token.kind === 'end'))
  })
}

const readers: Readonly<Record<string, (specifications: readonly Tokens[]) => readonly GoDeclaration[]>> = {
  var: specifications => specifications.flatMap(specification => valuesOf('var', specification)),
  const: constantsOf,
  type: specifications => specifications.flatMap(typeOf),
}

/** A constant without a value repeats the one before it. */
function constantsOf(specifications: readonly Tokens[]): readonly GoDeclaration[] {
  let repeated: Tokens = []
  return specifications.flatMap(specification => {
    const names = namesOf(specification)
    const rest = specification.slice(names.length * 2 - 1)
    if (rest.length > 0) repeated = rest
    return valuesOf('const', [...specification.slice(0, names.length * 2 - 1), ...repeated])
  })
}

/** `a, b string = "x", f()`: each name with its own value, or all with the call that gives them all. */
function valuesOf(kind: 'var' | 'const', specification: Tokens): readonly GoDeclaration[] {
  const names = namesOf(specification)
  const [type = [], value] = cut(specification.slice(names.length * 2 - 1), '=')
  const values = value && split(value, token => token.text === ',')
  return names.map((name, index) => {
    const own = values && (values.length === names.length ? values[index] : value)
    return { ...declared(kind, name, textsOf(type)), ...own === undefined ? {} : { value: textsOf(own) } }
  })
}

function typeOf(specification: Tokens): readonly GoDeclaration[] {
  const [name, next, ...rest] = specification
  if (name === undefined || next === undefined) return []
  const alias = next.text === '='
  return [{ ...declared('type', name.text, textsOf(alias ? rest : [next, ...rest])), alias }]
}

function declared(kind: GoDeclaration['kind'], name: string, type: readonly string[]): GoDeclaration {
  return { name, kind, type, alias: false }
}

/** The names at the beginning, which commas part. */
function namesOf(specification: Tokens): readonly string[] {
  const names: string[] = []
  for (let at = 0; specification[at]?.kind === 'word'; at += 2) {
    names.push(specification[at]?.text ?? '')
    if (specification[at + 1]?.text !== ',') break
  }
  return names
}

function cut(tokens: Tokens, mark: string): readonly Tokens[] {
  const [before = [], ...after] = split(tokens, token => token.text === mark)
  return after.length === 0 ? [before] : [before, tokens.slice(before.length + 1)]
}

/** Parts at every token that separates, but for those within brackets; empty parts count only between others. */
function split(tokens: Tokens, separates: (token: GoToken) => boolean): readonly Tokens[] {
  const parts: GoToken[][] = [[]]
  let depth = 0
  for (const token of tokens) {
    if (token.kind === 'mark' && '([{'.includes(token.text)) depth += 1
    if (token.kind === 'mark' && ')]}'.includes(token.text)) depth -= 1
    if (depth === 0 && separates(token)) parts.push([])
    else parts.at(-1)?.push(token)
  }
  return parts.at(-1)?.length === 0 ? parts.slice(0, -1) : parts
}

function textsOf(tokens: Tokens): readonly string[] {
  return tokens.filter(({ kind }) => kind !== 'end').map(({ text }) => text)
}

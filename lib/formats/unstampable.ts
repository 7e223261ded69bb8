import type { GoDeclaration } from './go-declarations.ts'

/** Finds what a package declares by its name. */
export type GoScope = (name: string) => GoDeclaration | undefined

/**
 * Why the linker cannot set a variable with -X, in words that follow its name; undefined where it can, or where only
 * another package could tell. Source: https://pkg.go.dev/cmd/link, -X: a string variable without an initialiser, or
 * with one that is a constant string expression.
 */
export function unstampable(declaration: GoDeclaration, scope: GoScope): string | undefined {
  if (declaration.kind !== 'var') return `is a ${kinds[declaration.kind]}, not a variable`
  if (declaration.type.length > 0) {
    const wrong = notString(declaration.type, scope)
    if (wrong !== undefined) return `is of type ${wrong}, not string`
  }
  return declaration.value && notConstant(declaration.value, scope, [])
}

const kinds = { const: 'constant', type: 'type', func: 'function' } as const

/** The type as it is written, where it is not string. */
function notString(type: readonly string[], scope: GoScope): string | undefined {
  const [name = '', ...more] = bare(type)
  const known = scope(name)
  if (more.length > 0) return more[0] === '.' ? undefined : type.join('')
  if (known?.kind === 'type') return known.alias ? notString(known.type, without(scope, name)) && name : name
  return name === 'string' || !builtIn.has(name) ? undefined : name
}

/** Against aliases of themselves. */
function without(scope: GoScope, name: string): GoScope {
  return asked => asked === name ? undefined : scope(asked)
}

const builtIn = new Set([
  'any', 'bool', 'byte', 'comparable', 'complex64', 'complex128', 'error', 'float32', 'float64', 'int', 'int8', 'int16',
  'int32', 'int64', 'rune', 'uint', 'uint8', 'uint16', 'uint32', 'uint64', 'uintptr',
])

/** Why an expression is no constant string; `seen` are the constants that it was reached by. */
function notConstant(value: readonly string[], scope: GoScope, seen: readonly string[]): string | undefined {
  for (const operand of operands(bare(value))) {
    const inner = bare(operand)
    const read = inner.length < operand.length ? notConstant : operandNotConstant
    const reason = read(inner, scope, seen)
    if (reason !== undefined) return reason
  }
  return undefined
}

function operandNotConstant(operand: readonly string[], scope: GoScope, seen: readonly string[]): string | undefined {
  const [first = '', second, ...rest] = operand
  if (operand.length === 1) return /^["`]/.test(first) ? undefined : nameNotConstant(first, scope, seen)
  // A constant of another package, perhaps: the linker will tell.
  if (second === '.' && rest.length === 1) return undefined
  const converts = second === '(' && rest.at(-1) === ')' && isStringType(first, scope)
  if (converts) return notConstant(rest.slice(0, -1), scope, seen)
  const calls = /^[("`\p{L}_]/u.test(first) && operand.includes('(')
  return calls ? 'is initialised by a call' : `is initialised by ${short(operand.join(''))}`
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

function nameNotConstant(name: string, scope: GoScope, seen: readonly string[]): string | undefined {
  const known = scope(name)
  if (!/^[\p{L}_]/u.test(name) || (!known && /^(true|false|nil|iota)$/.test(name))) {
    return `is initialised by ${name}, which is no string`
  }
  if (known?.kind === 'var') return `is initialised by the variable ${name}`
  if (known?.kind !== 'const' || seen.includes(name)) return undefined
  const wrong = known.type.length > 0 ? notString(known.type, scope) : undefined
  if (wrong !== undefined) return `is initialised by ${name}, which is of type ${wrong}`
  return known.value && notConstant(known.value, scope, [...seen, name])
}

function isStringType(name: string, scope: GoScope): boolean {
  const known = scope(name)
  return known ? known.kind === 'type' && known.alias && notString(known.type, scope) === undefined : name === 'string'
}

/** What plus signs join. */
function operands(value: readonly string[]): readonly (readonly string[])[] {
  const found: string[][] = [[]]
  let depth = 0
  for (const token of value) {
    if ('([{'.includes(token)) depth += 1
    if (')]}'.includes(token)) depth -= 1
    if (depth === 0 && token === '+') found.push([])
    else found.at(-1)?.push(token)
  }
  return found
}

/** Without parentheses around all of it. */
function bare(tokens: readonly string[]): readonly string[] {
  let depth = 0
  for (const [index, token] of tokens.entries()) {
    if (token === '(') depth += 1
    if (token === ')') depth -= 1
    if (depth === 0) return index > 0 && index === tokens.length - 1 ? bare(tokens.slice(1, -1)) : tokens
  }
  return tokens
}

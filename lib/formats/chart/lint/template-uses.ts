import { templateFunctions } from './template-functions.ts'
import type { Operand, Pipeline, TemplateBody, TemplateNode } from './template-tree.ts'

/** Names below `.Values`; `*` is any: an element of a range, or a key that is computed. */
export type ValuesPath = readonly string[]

/** A place where a template reads a value. */
export interface ValuesUse {
  readonly path: ValuesPath
  /** Whether all that lies below counts too; not where only its presence is asked for. */
  readonly whole: boolean
  readonly line: number
}

/** Another template that is rendered in this one. */
export interface TemplateCall {
  /** Undefined where it is computed. */
  readonly name: string | undefined
  readonly line: number
}

/** What one template, or one `define`, does. */
export interface TemplateUses {
  readonly values: readonly ValuesUse[]
  readonly calls: readonly TemplateCall[]
  /** Whether text is rendered as a template with `tpl`. */
  readonly rendersText: boolean
  /** Words that are no function, and variables that are not there. */
  readonly unknown: readonly { readonly word: string, readonly line: number }[]
}

/** What a value may be: every path below `.Values` that it may have come from, none where it is something else. */
type Meaning = readonly ValuesPath[]

/** The variables that can be seen, by name; a box each, because inner blocks set those of outer ones. */
type Scope = ReadonlyMap<string, { meaning: Meaning }>

interface Gathered {
  readonly values: ValuesUse[]
  readonly calls: TemplateCall[]
  readonly unknown: { readonly word: string, readonly line: number }[]
  rendersText: boolean
}

const nothing: Meaning = []

/** What a template's body reads of the values; `define`s within it are not part of it. Where in doubt, a value counts as read. */
export function templateUses(body: TemplateBody): TemplateUses {
  const gathered: Gathered = { values: [], calls: [], unknown: [], rendersText: false }
  readNodes(body, nothing, new Map([['$', { meaning: nothing }]]), gathered)
  return gathered
}

function readNodes(body: TemplateBody, dot: Meaning, outer: Scope, into: Gathered): void {
  let scope = outer
  for (const node of body) scope = readNode(node, dot, scope, into)
}

/** @returns what can be seen after it */
function readNode(node: TemplateNode, dot: Meaning, scope: Scope, into: Gathered): Scope {
  switch (node.kind) {
    case 'define': return scope
    case 'template': {
      into.calls.push({ name: node.name, line: node.line })
      if (node.pipeline) use(evaluate(node.pipeline, dot, scope, into), true, node.line, into)
      return scope
    }
    case 'output': {
      const meaning = evaluate(node.pipeline, dot, scope, into)
      if (node.pipeline.variables.length === 0) use(meaning, true, node.line, into)
      return bind(node.pipeline, [meaning], scope, into)
    }
    case 'range': {
      const meaning = evaluate(node.pipeline, dot, scope, into)
      use(meaning, true, node.line, into)
      const element = meaning.map(path => [...path, '*'])
      const inner = bind(node.pipeline, node.pipeline.variables.length === 2 ? [nothing, element] : [element], scope, into)
      readNodes(node.body, element, inner, into)
      readNodes(node.otherwise, dot, inner, into)
      return scope
    }
    case 'if': case 'with': {
      const meaning = evaluate(node.pipeline, dot, scope, into)
      use(meaning, false, node.line, into)
      const inner = bind(node.pipeline, [meaning], scope, into)
      readNodes(node.body, node.kind === 'with' ? meaning : dot, inner, into)
      readNodes(node.otherwise, dot, inner, into)
      return scope
    }
  }
}

function use(meaning: Meaning, whole: boolean, line: number, into: Gathered): void {
  for (const path of meaning) into.values.push({ path, whole, line })
}

/** A variable that is set may still be what it was, because the block that sets it may not have run. */
function bind({ variables, declares, line }: Pipeline, meanings: readonly Meaning[], scope: Scope, into: Gathered): Scope {
  if (variables.length === 0) return scope
  if (declares) return new Map([...scope, ...variables.map((name, index) => [name, { meaning: meanings[index] ?? nothing }] as const)])
  variables.forEach((name, index) => {
    const variable = scope.get(name)
    if (variable) variable.meaning = [...variable.meaning, ...meanings[index] ?? nothing]
    else into.unknown.push({ word: name, line })
  })
  return scope
}

interface Place {
  readonly dot: Meaning
  readonly scope: Scope
  readonly line: number
  readonly into: Gathered
}

function evaluate(pipeline: Pipeline, dot: Meaning, scope: Scope, into: Gathered): Meaning {
  const place = { dot, scope, line: pipeline.line, into }
  let piped: Argument | undefined
  for (const command of pipeline.commands) piped = { meaning: evaluateCommand(command, piped, place) }
  return piped?.meaning ?? nothing
}

/** What a function is given. */
interface Argument {
  readonly meaning: Meaning
  /** What it is, where it is written in quotes. */
  readonly text?: string
  readonly operand?: Operand
}

function evaluateCommand([first, ...rest]: readonly Operand[], piped: Argument | undefined, place: Place): Meaning {
  if (!first) return nothing
  const given = [...rest.map(operand => argument(operand, place)), ...piped ? [piped] : []]
  if (first.kind === 'call') return follow(call(first.name, given, place), first.names)
  for (const { meaning } of given) use(meaning, true, place.line, place.into)
  return argument(first, place).meaning
}

function argument(operand: Operand, { dot, scope, line, into }: Place): Argument {
  switch (operand.kind) {
    case 'text': return { meaning: nothing, text: operand.text, operand }
    case 'literal': return { meaning: nothing, operand }
    case 'group': return { meaning: follow(evaluate(operand.pipeline, dot, scope, into), operand.names), operand }
    case 'call': return { meaning: follow(call(operand.name, [], { dot, scope, line, into }), operand.names), operand }
    case 'path': {
      const variable = operand.from === '.' ? { meaning: dot } : scope.get(operand.from)
      if (!variable) into.unknown.push({ word: operand.from, line })
      return { meaning: follow(variable?.meaning ?? nothing, operand.names), operand }
    }
  }
}

/** `.Values.a`, wherever the context came from, and `.Subcharts.redis.Values.a`. */
function follow(meaning: Meaning, names: readonly string[]): Meaning {
  if (names.length === 0) return meaning
  const at = names.indexOf('Values')
  const chart = at >= 2 && names[at - 2] === 'Subcharts' ? names.slice(at - 1, at) : []
  return [...meaning.map(path => [...path, ...names]), ...at < 0 ? [] : [[...chart, ...names.slice(at + 1)]]]
}

/** Functions whose result is one of what they are given. */
const choosing = new Set(['and', 'or', 'default', 'coalesce', 'required', 'ternary', 'first', 'last', 'deepCopy', 'mustDeepCopy'])

/** Functions that tell whether something is there, or what kind of thing it is. */
const asking = new Set(['not', 'empty', 'hasKey', 'kindIs', 'kindOf', 'typeIs', 'typeOf'])

function call(name: string, given: readonly Argument[], { line, into }: Place): Meaning {
  if (!templateFunctions.has(name)) into.unknown.push({ word: name, line })
  if (name === 'index' || name === 'get') return lookUp(given[0], given.slice(1), line, into)
  if (name === 'dig') return lookUp(given.at(-1), given.slice(0, -2), line, into)
  if (name === 'include') into.calls.push({ name: given[0]?.text ?? fileName(given[0]), line })
  if (name === 'tpl') into.rendersText = true
  const meaning = given.flatMap(one => one.meaning)
  if (choosing.has(name)) return meaning
  use(meaning, !asking.has(name), line, into)
  return nothing
}

/** `index .Values "a" "b"`: what is in quotes is part of the path, what is computed may be any key. */
function lookUp(container: Argument | undefined, keys: readonly Argument[], line: number, into: Gathered): Meaning {
  for (const { meaning } of keys) use(meaning, true, line, into)
  const names = keys.map(({ text }) => text ?? '*')
  const operand = container?.operand
  if (operand?.kind === 'path' && container?.meaning.length === 0) return follow(nothing, [...operand.names, ...names])
  return (container?.meaning ?? nothing).map(path => [...path, ...names])
}

/** `print $.Template.BasePath "/configmap.yaml"`, the idiom of checksums, names a file of the chart. */
function fileName(given: Argument | undefined): string | undefined {
  if (given?.operand?.kind !== 'group') return undefined
  const [[printing, ...parts] = []] = given.operand.pipeline.commands
  const texts = parts.map(part => part.kind === 'path' && part.names.join('.') === 'Template.BasePath' ? 'templates' : textOf(part))
  const [form = '', ...rest] = texts
  if (printing?.kind !== 'call' || !texts.includes('templates') || texts.includes(undefined)) return undefined
  return printing.name === 'printf' ? rest.reduce<string>((text, part) => text.replace('%s', part ?? ''), form) : texts.join('')
}

function textOf(operand: Operand): string | undefined {
  return operand.kind === 'text' ? operand.text : undefined
}

import { TemplateFault } from './template-fault.ts'

/** A token within `{{` and `}}`. */
export interface TemplateToken {
  readonly kind: 'field' | 'variable' | 'word' | 'text' | 'literal' | 'dot' | 'mark'
  /** As it is written; of a string what it stands for. */
  readonly text: string
  readonly line: number
  /** Whether white space stands before it: `.a .b` are two operands, `.a.b` is one. */
  readonly spaced: boolean
}

/** What stands between one `{{` and its `}}`. */
export interface TemplateAction {
  readonly line: number
  readonly tokens: readonly TemplateToken[]
}

/** After a token of these nothing may follow but white space, a mark or the end: text/template/parse, `atTerminator`. */
const needsEnd = new Set(['field', 'variable', 'word'])

const patterns: readonly (readonly [kind: TemplateToken['kind'] | 'space' | 'broken', pattern: RegExp])[] = [
  ['space', /[ \t\r\n]+?(?=[ \t\r\n]-\}\})|[ \t\r\n]+/y],
  ['text', /"(?:\\(?:[abfnrtv\\"]|x[\da-f]{2}|[0-3][0-7]{2}|u[\da-f]{4}|U[\da-f]{8})|[^"\\\n])*"/iy],
  ['text', /`[^`]*`/y],
  ['literal', /'(?:\\(?:[abfnrtv\\']|x[\da-f]{2}|[0-3][0-7]{2}|u[\da-f]{4}|U[\da-f]{8})|[^'\\\n])'/iuy],
  ['broken', /"(?:\\[^\n]|[^"\\\n])*"|'(?:\\[^\n]|[^'\\\n])*'|["`']/y],
  ['literal', /[+-]?(?:0x[\da-f]+(?:(?:\.[\da-f]*)?p[+-]?\d+)?|0o[0-7]+|0b[01]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:e[+-]?\d+)?)i?(?![\p{L}\p{Nd}_.])/iuy],
  ['broken', /[+-]?\.?\d[\w.]*/y],
  ['variable', /\$[\p{L}\p{Nd}_]*/uy],
  ['field', /\.[\p{L}_][\p{L}\p{Nd}_]*/uy],
  ['dot', /\./y],
  ['word', /[\p{L}_][\p{L}\p{Nd}_]*/uy],
  ['mark', /:=|[=|(),]/y],
]

const closing = /(?:[ \t\r\n]-)?\}\}/y
const opening = /\{\{(?:-(?=[ \t\r\n]))?/g

/**
 * Cuts a Go template into its actions; text and comments are left out. Source: Go's text/template/parse, lex.go, of Go 1.24.
 * @throws TemplateFault
 */
export function templateActions(template: string): readonly TemplateAction[] {
  const lines = lineCounter(template)
  const actions: TemplateAction[] = []
  for (let at = 0; ;) {
    opening.lastIndex = at
    const found = opening.exec(template)
    if (!found) return actions
    const line = lines(found.index)
    const after = opening.lastIndex
    const comment = commentEnd(template, after, line)
    if (comment === undefined) {
      const { tokens, end } = actionAt(template, after, line, lines)
      actions.push({ line, tokens })
      at = end
    } else {
      at = comment
    }
  }
}

/** A comment opens right after `{{`, or after `{{-` and one space. */
function commentEnd(template: string, after: number, line: number): number | undefined {
  const start = template[after - 1] === '-' ? after + 1 : after
  if (!template.startsWith('/*', start)) return undefined
  const end = template.indexOf('*/', start + 2)
  if (end < 0) throw new TemplateFault(line, 'a comment is never closed by */')
  closing.lastIndex = end + 2
  if (!closing.test(template)) throw new TemplateFault(line, 'a comment does not end with */}} or */ -}}')
  return closing.lastIndex
}

interface Scanned {
  readonly tokens: readonly TemplateToken[]
  readonly end: number
}

function actionAt(template: string, from: number, opened: number, lines: (at: number) => number): Scanned {
  const tokens: TemplateToken[] = []
  let spaced = true
  for (let at = from; ;) {
    closing.lastIndex = at
    if (closing.test(template)) return { tokens, end: closing.lastIndex }
    if (at >= template.length) throw new TemplateFault(opened, '{{ is never closed by }}')
    const { kind, text } = tokenAt(template, at, lines(at))
    const before = tokens.at(-1)
    if (before && !spaced && needsEnd.has(before.kind) && !mayFollow(kind, text)) {
      throw new TemplateFault(lines(at), `${JSON.stringify(text)} stands right after ${before.text}`)
    }
    if (kind !== 'space') tokens.push({ kind, text: kind === 'text' ? unquoted(text) : text, line: lines(at), spaced })
    spaced = kind === 'space'
    at += text.length
  }
}

function mayFollow(kind: string, text: string): boolean {
  return kind === 'space' || kind === 'field' || kind === 'dot' || (kind === 'mark' && text !== '=')
}

function tokenAt(template: string, at: number, line: number): { readonly kind: TemplateToken['kind'] | 'space', readonly text: string } {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at
    const text = pattern.exec(template)?.[0]
    if (text === undefined) continue
    if (kind === 'broken') throw new TemplateFault(line, text.length === 1 && !/\d/.test(text) ? `${text} opens a text that is never closed` : `${text} is not written as Go writes it`)
    return { kind, text }
  }
  throw new TemplateFault(line, `${JSON.stringify(String.fromCodePoint(template.codePointAt(at) ?? 0))} cannot stand between {{ and }}`)
}

/** Go's escapes that JSON does not have are rare in names and paths: such a text is kept as it is written. */
function unquoted(text: string): string {
  if (text.startsWith('`')) return text.slice(1, -1)
  try {
    return JSON.parse(text) as string
  } catch {
    return text.slice(1, -1)
  }
}

/** Asked for places that only grow. */
function lineCounter(text: string): (at: number) => number {
  let [line, counted] = [1, 0]
  return at => {
    for (; counted < at; counted += 1) if (text[counted] === '\n') line += 1
    return line
  }
}

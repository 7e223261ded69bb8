import { TemplateFault } from './template-fault.ts'
import type { TemplateToken } from './template-tokens.ts'
import type { Operand, Pipeline } from './template-tree.ts'

/** Words that are no functions. */
export const keywords: ReadonlySet<string> = new Set(['end', 'else', 'if', 'with', 'range', 'define', 'block', 'template', 'break', 'continue'])

/** Tokens of one action, taken one by one. */
export interface TokenReader {
  readonly line: number
  peek(ahead?: number): TemplateToken | undefined
  take(): TemplateToken | undefined
}

export function tokenReader(tokens: readonly TemplateToken[], line: number): TokenReader {
  let at = 0
  return {
    line,
    peek: (ahead = 0) => tokens[at + ahead],
    take: () => {
      at += 1
      return tokens[at - 1]
    },
  }
}

/** Reads a pipeline to the end of its action or to its `)`. @throws TemplateFault */
export function readPipeline(reader: TokenReader): Pipeline {
  const { line = reader.line } = reader.peek() ?? {}
  const { variables, declares } = readVariables(reader)
  const commands: (readonly Operand[])[] = [readCommand(reader)]
  while (reader.peek()?.text === '|' && reader.peek()?.kind === 'mark') {
    reader.take()
    if (!isEnd(reader.peek())) commands.push(readStage(reader))   // Go takes a | with nothing behind it
  }
  return { line, variables, declares, commands }
}

/** `$x :=`, `$x =` and `$i, $x :=`. */
function readVariables(reader: TokenReader): Pick<Pipeline, 'variables' | 'declares'> {
  const [first, second, third, fourth] = [0, 1, 2, 3].map(ahead => reader.peek(ahead))
  if (first?.kind !== 'variable') return { variables: [], declares: false }
  const two = isMark(second, ',') && third?.kind === 'variable' && isMark(fourth, ':=', '=')
  const sign = two ? fourth : second
  if (!isMark(sign, ':=', '=')) return { variables: [], declares: false }
  for (let left = two ? 4 : 2; left > 0; left -= 1) reader.take()
  return { variables: two ? [first.text, third.text] : [first.text], declares: sign?.text === ':=' }
}

function isMark(token: TemplateToken | undefined, ...texts: readonly string[]): boolean {
  return token?.kind === 'mark' && texts.includes(token.text)
}

function isEnd(token: TemplateToken | undefined): boolean {
  return token === undefined || isMark(token, ')')
}

/** What is piped has to go into something. */
function readStage(reader: TokenReader): readonly Operand[] {
  const { line, text = '' } = reader.peek() ?? { line: reader.line }
  const command = readCommand(reader)
  const [first] = command
  const takes = first?.kind === 'call' || first?.kind === 'group' || (first?.kind === 'path' && (first.from !== '.' || first.names.length > 0))
  if (!takes) throw new TemplateFault(line, `${JSON.stringify(text)} takes nothing from a |`)
  return command
}

function readCommand(reader: TokenReader): readonly Operand[] {
  const operands: Operand[] = []
  for (let next = reader.peek(); next && !isMark(next, '|', ')'); next = reader.peek()) {
    if (operands.length > 0 && !next.spaced) throw new TemplateFault(next.line, `${JSON.stringify(next.text)} has no space before it`)
    operands.push(readOperand(reader))
  }
  if (operands.length === 0) throw new TemplateFault(reader.peek()?.line ?? reader.line, 'a command is missing')
  return operands
}

function readOperand(reader: TokenReader): Operand {
  const token = reader.take()
  if (!token) throw new TemplateFault(reader.line, 'an operand is missing')
  switch (token.kind) {
    case 'text': return { kind: 'text', text: token.text }
    case 'literal': return { kind: 'literal' }
    case 'dot': return { kind: 'path', from: '.', names: [] }
    case 'field': return { kind: 'path', from: '.', names: [token.text.slice(1), ...readNames(reader)] }
    case 'variable': return { kind: 'path', from: token.text, names: readNames(reader) }
    case 'word':
      if (keywords.has(token.text)) throw new TemplateFault(token.line, `${token.text} stands where a value should`)
      return ['true', 'false', 'nil'].includes(token.text) ? { kind: 'literal' } : { kind: 'call', name: token.text, names: readNames(reader) }
    case 'mark': return readGroup(reader, token)
  }
}

function readGroup(reader: TokenReader, { text, line }: TemplateToken): Operand {
  if (text !== '(') throw new TemplateFault(line, `${JSON.stringify(text)} stands where a value should`)
  const pipeline = readPipeline(reader)
  if (!isMark(reader.take(), ')')) throw new TemplateFault(line, '( is never closed by )')
  return { kind: 'group', pipeline, names: readNames(reader) }
}

function readNames(reader: TokenReader): readonly string[] {
  const names: string[] = []
  for (let next = reader.peek(); next?.kind === 'field' && !next.spaced; next = reader.peek()) {
    names.push(next.text.slice(1))
    reader.take()
  }
  return names
}

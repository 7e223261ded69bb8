import { TemplateFault } from './template-fault.ts'
import { keywords, readPipeline, type TokenReader, tokenReader } from './template-pipeline.ts'
import { type TemplateAction, templateActions } from './template-tokens.ts'
import type { Pipeline, TemplateBody, TemplateNode } from './template-tree.ts'

type Branching = 'if' | 'with' | 'range'

/** How a list of nodes ended. */
interface Ended {
  readonly body: TemplateBody
  /** `end`, `else`, or the end of the file. */
  readonly by: 'end' | 'else' | undefined
  /** What follows `else`. */
  readonly rest?: TokenReader
}

/**
 * Reads a Go template. Source: https://pkg.go.dev/text/template, "Actions".
 * @throws TemplateFault where Go would not take it, but for functions and variables that do not exist
 */
export function parseTemplate(text: string): TemplateBody {
  return readBody(templateActions(text)[Symbol.iterator](), undefined).body
}

type Actions = Iterator<TemplateAction>

/** What the nodes stand in. */
interface Open {
  readonly word: string
  readonly line: number
  readonly inRange: boolean
}

function readBody(actions: Actions, open: Open | undefined): Ended {
  const body: TemplateNode[] = []
  for (let next = actions.next(); !next.done; next = actions.next()) {
    const reader = tokenReader(next.value.tokens, next.value.line)
    const word = keyword(reader)
    if (word === 'end' || word === 'else') {
      if (!open) throw new TemplateFault(reader.line, `{{ ${word} }} closes nothing`)
      if (word === 'end') finish(reader, word)
      return { body, by: word, rest: reader }
    }
    body.push(...readNode(actions, reader, word, open))
  }
  if (open) throw new TemplateFault(open.line, `{{ ${open.word} }} is never closed by {{ end }}`)
  return { body, by: undefined }
}

function keyword(reader: TokenReader): string | undefined {
  const first = reader.peek()
  if (first?.kind !== 'word' || !keywords.has(first.text)) return undefined
  reader.take()
  return first.text
}

function readNode(actions: Actions, reader: TokenReader, word: string | undefined, open: Open | undefined): readonly TemplateNode[] {
  const { line } = reader
  switch (word) {
    case 'if': case 'with': case 'range': return [readBranches(actions, reader, word, open)]
    case 'define': return [readDefine(actions, reader, open)]
    case 'block': return readBlock(actions, reader)
    case 'template': return [{ kind: 'template', line, name: readName(reader, word), pipeline: reader.peek() && wholePipeline(reader) }]
    case 'break': case 'continue': return readJump(reader, word, open)
    case undefined: default: return [{ kind: 'output', line, pipeline: wholePipeline(reader) }]
  }
}

function readDefine(actions: Actions, reader: TokenReader, open: Open | undefined): TemplateNode {
  const { line } = reader
  if (open) throw new TemplateFault(line, `{{ define }} stands within {{ ${open.word} }} of line ${open.line}`)
  const name = readName(reader, 'define')
  finish(reader, 'define')
  return { kind: 'define', line, name, body: closedBody(actions, { word: 'define', line, inRange: false }) }
}

function readBlock(actions: Actions, reader: TokenReader): readonly TemplateNode[] {
  const { line } = reader
  const name = readName(reader, 'block')
  const pipeline = wholePipeline(reader)
  const body = closedBody(actions, { word: 'block', line, inRange: false })
  return [{ kind: 'define', line, name, body }, { kind: 'template', line, name, pipeline }]
}

function readJump(reader: TokenReader, word: string, open: Open | undefined): readonly TemplateNode[] {
  if (!open?.inRange) throw new TemplateFault(reader.line, `{{ ${word} }} stands outside of a range`)
  finish(reader, word)
  return []
}

function readBranches(actions: Actions, reader: TokenReader, word: Branching, around: Open | undefined): TemplateNode {
  const { line } = reader
  const pipeline = wholePipeline(reader)
  const open = { word, line, inRange: word === 'range' || around?.inRange === true }
  const { body, by, rest } = readBody(actions, open)
  return { kind: word, line, pipeline, body, otherwise: by === 'else' && rest ? readElse(actions, rest, open, around) : [] }
}

/** `else`, `else if ...` and `else with ...`; the last two take no end of their own. */
function readElse(actions: Actions, reader: TokenReader, open: Open, around: Open | undefined): TemplateBody {
  const next = reader.peek()
  if (next?.kind === 'word' && next.text === open.word && next.text !== 'range') {
    reader.take()
    return [readBranches(actions, reader, next.text as Branching, around)]
  }
  finish(reader, 'else')
  return closedBody(actions, open)
}

function closedBody(actions: Actions, open: Open): TemplateBody {
  const { body, by, rest } = readBody(actions, open)
  if (by === 'else') throw new TemplateFault(rest?.line ?? open.line, `{{ else }} stands where {{ ${open.word} }} of line ${open.line} can only end`)
  return body
}

function wholePipeline(reader: TokenReader): Pipeline {
  const pipeline = readPipeline(reader)
  const left = reader.peek()
  if (left) throw new TemplateFault(left.line, `${JSON.stringify(left.text)} has no ( before it`)
  return pipeline
}

function readName(reader: TokenReader, word: string): string {
  const token = reader.take()
  if (token?.kind === 'text') return token.text
  throw new TemplateFault(reader.line, `{{ ${word} }} needs a name in quotes`)
}

function finish(reader: TokenReader, word: string): void {
  const left = reader.peek()
  if (left) throw new TemplateFault(left.line, `${JSON.stringify(left.text)} stands after ${word}`)
}

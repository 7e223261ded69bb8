import { CST, LineCounter, parseAllDocuments, parseDocument, visit, type Document, type ParsedNode, type YAMLParseError } from 'yaml'
import { ReleaseError } from '../values/errors.ts'

export type YamlToken = CST.Token

/** The tokens of a document, and what stands before its root. */
export interface YamlTokens {
  readonly root: YamlToken | undefined
  readonly anchor: string | undefined
  readonly tag: string | undefined
}

/** The text that a scalar stands for. */
export function scalarText(token: YamlToken): string {
  return CST.isScalar(token) ? CST.resolveAsScalar(token).value : ''
}

/**
 * Reads one YAML document strictly: YAML 1.2's core schema, no key twice.
 * @param file what errors call it
 * @returns plain data
 * @throws ReleaseError (FILES) with line and column
 */
export function parseYaml(text: string, file: string): unknown {
  const { document, lines } = readDocument(text, file, false)
  return dataOf(document, lines, file)
}

/**
 * Reads a stream of YAML documents as strictly, such as manifests that helm renders. Documents without content are left out.
 * @param file what errors call it
 * @returns plain data, each with the line, from 1, that its content begins in
 * @throws ReleaseError (FILES) with line and column
 */
export function parseYamlDocuments(text: string, file: string): readonly { readonly value: unknown, readonly line: number }[] {
  checkDepth(text, file)
  const lines = new LineCounter()
  return guarded(file, () => parseAllDocuments(text, { ...strict, lineCounter: lines })).flatMap(document => {
    check(document, lines, file)
    const value = dataOf(document, lines, file)
    return value === null ? [] : [{ value, line: lines.linePos(document.contents?.range[0] ?? 0).line }]
  })
}

/**
 * Reads one YAML document into the package's tokens, which have their places in the text.
 * @param file what errors call it
 * @throws ReleaseError (FILES) with line and column, also for an alias of nothing
 */
export function readYamlTokens(text: string, file: string): YamlTokens {
  const { document, lines } = readDocument(text, file, true)
  dataOf(document, lines, file)
  const { contents } = document
  return { root: contents?.srcToken, anchor: contents?.anchor, tag: contents?.tag }
}

interface Read {
  readonly document: Document.Parsed<ParsedNode>
  readonly lines: LineCounter
}

function readDocument(text: string, file: string, keepSourceTokens: boolean): Read {
  checkDepth(text, file)
  const lines = new LineCounter()
  const document = guarded(file, () => parseDocument(text, { ...strict, lineCounter: lines, keepSourceTokens }))
  check(document, lines, file)
  return { document, lines }
}

const strict = { prettyErrors: false, stringKeys: true } as const

function check({ errors: [problem] }: Document.Parsed, lines: LineCounter, file: string): void {
  if (problem) throw faulty(file, whyOf(problem), lines.linePos(problem.pos[0]))
}

function faulty(file: string, why: string, { line, col }: { readonly line: number, readonly col: number }): ReleaseError {
  return new ReleaseError(`Cannot read ${file}: line ${line}, column ${col}: ${why}`, { code: 'FILES', hint: 'Correct the file.' })
}

/** The package's words, where they speak of a file and not of the package. */
function whyOf({ code, message }: YAMLParseError): string {
  if (code === 'MULTIPLE_DOCS') return 'a second document begins; one is expected'
  if (code === 'NON_STRING_KEY') return 'a key that is no text'
  if (code === 'DUPLICATE_KEY') return 'the key is in its mapping twice'
  return message
}

/** What aliases stand for is looked up only here, and may be missing, or far too much. */
function dataOf(document: Document.Parsed, lines: LineCounter, file: string): unknown {
  return guarded(file, (): unknown => document.toJS(), () => {
    let fault: ReleaseError | undefined
    visit(document, {
      Alias: (_, alias) => {
        if (alias.resolve(document)) return undefined
        fault = faulty(file, `no anchor &${alias.source} comes before it`, lines.linePos(alias.range?.[0] ?? 0))
        return visit.BREAK
      },
    })
    return fault
  })
}

function guarded<T>(file: string, read: () => T, reasonFor?: () => ReleaseError | undefined): T {
  try {
    return read()
  } catch (cause) {
    throw reasonFor?.() ?? unreadable(file, cause instanceof Error ? cause.message : String(cause), cause)
  }
}

function unreadable(file: string, why: string, cause?: unknown): ReleaseError {
  return new ReleaseError(`Cannot read ${file}: ${why}`, { code: 'FILES', hint: 'Correct the file.', cause })
}

/** The package goes down a level of calls with each level of the text, and V8 may end the process where the stack is full. */
function checkDepth(text: string, file: string): void {
  const isDeep = /^[ ?:-]{600}/m.test(text) || [...text.matchAll(/[[\]{}]/g)].some(depthOver(300))
  if (isDeep) throw unreadable(file, 'it is nested too deeply')
}

function depthOver(limit: number): (bracket: RegExpExecArray) => boolean {
  let depth = 0
  return ([bracket]) => {
    depth = bracket === '[' || bracket === '{' ? depth + 1 : Math.max(0, depth - 1)
    return depth > limit
  }
}

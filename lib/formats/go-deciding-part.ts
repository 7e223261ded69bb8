import { goTokens } from './go-tokens.ts'

/**
 * The part of a Go file that decides which other files a compile reads: build constraints, package clause and imports
 * with all comments around them, and the lines that embed files. All of the text where its beginning is not understood.
 * Source: Go specification, "Source file organization"; `go help buildconstraint`.
 */
export function goDecidingPart(source: Uint8Array): Uint8Array {
  const end = endOfImports(source)
  if (end === undefined) return source
  const head = Buffer.from(source.subarray(0, end))
  if (!head.includes('embed')) return head
  return Buffer.concat([head, ...embeddingLines(Buffer.from(source.buffer, source.byteOffset + end, source.byteLength - end))])
}

/** Each after a line feed. */
function* embeddingLines(rest: Buffer): Generator<Uint8Array> {
  for (let found = rest.indexOf('go:embed'); found >= 0;) {
    const start = rest.lastIndexOf('\n', found) + 1
    const end = rest.indexOf('\n', found)
    yield Buffer.concat([Buffer.from('\n'), rest.subarray(start, end < 0 ? rest.length : end)])
    found = end < 0 ? -1 : rest.indexOf('go:embed', end)
  }
}

/** Where the last import ends; undefined where the package clause or an import is not what it should be. */
function endOfImports(source: Uint8Array): number | undefined {
  let statement = ''
  let end: number | undefined
  let depth = 0
  for (const { kind, text, after } of goTokens(source)) {
    if (statement === '' && end !== undefined && text !== 'import') return end
    if (text === '(') depth += 1
    if (text === ')') depth -= 1
    if (kind !== 'end') {
      statement += kind === 'mark' ? text : kind.charAt(0)
    } else if (depth > 0) {
      statement += ';'
    } else {
      if (!(end === undefined ? packageClause : importDeclaration).test(statement)) return undefined
      end = after
      statement = ''
    }
  }
  return statement === '' ? end : undefined
}

/** The first letters of the kinds of a statement's tokens: w for a word, s for a string. */
const packageClause = /^ww$/
const importDeclaration = /^w([w.]?s|\(([w.]?s;|;)*([w.]?s)?\))$/

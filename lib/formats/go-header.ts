import { type GoToken, goTokens } from './go-tokens.ts'

/** What stands at the top of a Go file. */
export interface GoHeader {
  readonly package: string
  readonly imports: readonly string[]
  /** A build constraint keeps the file out of every ordinary build: `//go:build ignore`. */
  readonly ignored: boolean
}

/** Tags that projects give to files which are no part of the program. */
const never = /^\/\/(?:go:build|\s*\+build)\s(?:.*[\s(])?(?:ignore|ignored|never|tools?|generate|mage)\b/m

/** Reads a Go file up to its first declaration. Undefined where no package clause is found, which a cut-off text may lack. */
export function goHeader(source: Uint8Array): GoHeader | undefined {
  const tokens = goTokens(source)
  const clause = tokens.next().value
  const name = tokens.next().value
  if (clause?.text !== 'package' || name?.kind !== 'word') return undefined
  const before = Buffer.from(source.subarray(0, clause.after)).toString()
  return { package: name.text, ignored: never.test(before), imports: importsIn(tokens) }
}

function importsIn(tokens: Iterable<GoToken>): readonly string[] {
  const imports: string[] = []
  let [begun, depth] = [true, 0]
  for (const { kind, text } of tokens) {
    if (kind === 'end') {
      begun &&= depth > 0
      continue
    }
    if (!begun && text !== 'import') return imports
    begun = true
    if (text === '(') depth += 1
    if (text === ')') depth -= 1
    if (kind === 'string') imports.push(text.slice(1, -1))
  }
  return imports
}

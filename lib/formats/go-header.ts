/** What stands at the top of a Go file. */
export interface GoHeader {
  readonly package: string
  readonly imports: readonly string[]
  /** A build constraint keeps the file out of every ordinary build: `//go:build ignore`. */
  readonly ignored: boolean
}

const space = /(?:\s|\/\/.*(?:\n|$)|\/\*[\s\S]*?\*\/)*/y
const packageClause = /package\s+([\p{L}_][\p{L}\p{N}_]*)/uy
const importClause = /[;\s]*import(?:\s*\(([\s\S]*?)^\s*\)|([^\n]*))/my

/** Tags that projects give to files which are no part of the program. */
const never = /^\/\/(?:go:build|\s*\+build)\s(?:.*[\s(])?(?:ignore|ignored|never|tools?|generate|mage)\b/m

/** Reads a Go file up to its first declaration. Undefined where no package clause is found, which a cut-off text may lack. */
export function goHeader(text: string): GoHeader | undefined {
  const start = after(space, text, text.startsWith('\uFEFF') ? 1 : 0)
  packageClause.lastIndex = start
  const [clause = '', name] = packageClause.exec(text) ?? []
  if (name === undefined) return undefined
  return { package: name, ignored: never.test(text.slice(0, start)), imports: importsAfter(text, start + clause.length) }
}

function importsAfter(text: string, position: number): readonly string[] {
  const imports: string[] = []
  for (let at = position; ;) {
    importClause.lastIndex = after(space, text, at)
    const [clause, block, line] = importClause.exec(text) ?? []
    if (clause === undefined) return imports
    imports.push(...pathsIn(block ?? line ?? ''))
    at = importClause.lastIndex
  }
}

function pathsIn(text: string): readonly string[] {
  return [...text.replaceAll(/\/\/.*$|\/\*[\s\S]*?\*\//gm, '').matchAll(/["`]([^"`\n]+)["`]/g)].map(([, path = '']) => path)
}

function after(pattern: RegExp, text: string, position: number): number {
  pattern.lastIndex = position
  pattern.exec(text)
  return pattern.lastIndex
}

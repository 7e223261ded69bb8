/** One line of a go.mod or go.work file: `require`, and the words after it. */
export interface GoDirective {
  readonly verb: string
  readonly words: readonly string[]
}

/**
 * The directives of a go.mod or go.work file in their order, those of a block one by one.
 * What go itself would refuse is not: go says so better.
 * Source: https://go.dev/ref/mod#go-mod-file-lexical
 */
export function goDirectives(text: string): readonly GoDirective[] {
  const directives: GoDirective[] = []
  let block: string | undefined
  for (const line of text.split(/\r?\n/)) {
    const words = wordsOf(line)
    const [first, ...rest] = words
    if (first === undefined) continue
    if (block !== undefined) {
      if (first === ')') block = undefined
      else directives.push({ verb: block, words })
    } else if (rest[0] === '(') {
      block = first
    } else {
      directives.push({ verb: first, words: rest })
    }
  }
  return directives
}

/** The folders that modules are replaced by, as they are written. */
export function replacedByFolders(directives: readonly GoDirective[]): readonly string[] {
  return directives.filter(({ verb }) => verb === 'replace').flatMap(({ words }) => {
    const [arrow, replacement, version] = words.slice(words.indexOf('=>'))
    return arrow === '=>' && replacement !== undefined && version === undefined ? [replacement] : []
  })
}

/** A word is a quoted string or has no white space; a parenthesis stands by itself, a comment ends the line. */
function wordsOf(line: string): readonly string[] {
  const words: string[] = []
  for (const [word] of line.matchAll(/\/\/.*|"(?:\\.|[^"\\])*"|`[^`]*`|[()]|(?:(?!\/\/)[^\s()"`])+/g)) {
    if (word.startsWith('//')) break
    words.push(unquoted(word))
  }
  return words
}

function unquoted(word: string): string {
  if (word.startsWith('`')) return word.slice(1, -1)
  return word.startsWith('"') ? word.slice(1, -1).replace(/\\(.)/g, '$1') : word
}

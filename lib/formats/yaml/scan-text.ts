/** Thrown where the text is not of the kind that is scanned. */
export const otherYaml = new Error('other YAML')

/** What is nested deeper is not scanned: every level takes some of the stack. */
export const maxDepth = 100

/** Where a sticky pattern that fits at a place ends, or -1. */
export function match(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : -1
}

export const spaces = / */y
export const singleQuoted = /'(?:[^'\r\n]|'')*'/y
export const doubleQuoted = /"(?:[^"\\\r\n]|\\(?:["\\/abefnrtv0]|x[\da-fA-F]{2}|u[\da-fA-F]{4}))*"/y
export const plain = /(?:[^\s\-?:,[\]{}#&*!|>'"%@`]|[-?:](?=\S))(?:[^\s:]|:(?=\S)| +(?=[^\s#]))*/y

const word = /[A-Za-z0-9_$/][\w.$/@%+*()-]*/.source
const quotedWord = /'[^'\r\n]*'|"[^"\\\r\n]*"/.source

/** A key and its colon. */
export const simpleKey = new RegExp(`(?:${word}|${quotedWord}) *:(?=[ \\r\\n]|$)`, 'y')

/** The rest of a line, lines without content, and the next line's indentation. */
export const gap = /(?: +#[^\n]*| *)(?:\r?\n(?: *(?:#[^\n]*)?\r?\n)* *|$)/y
/** The same from the start of a line. */
export const leading = /(?: *(?:#[^\n]*)?\r?\n)* */y

const oneLine = `(?:${plain.source}|${quotedWord}|\\{\\}|\\[\\])${gap.source}`

/** An entry with its value on one line, and then to the next content. */
export const simpleEntry = new RegExp(`${word}: +${oneLine}`, 'y')
export const simpleItem = new RegExp(`- +${oneLine}`, 'y')

/** The first line of a block scalar. */
export const header = /[|>][+-]?(?: +#[^\n]*| *)\r?\n/y
export const emptyLines = /(?: *\r?\n)*/y

const linePatterns: RegExp[] = []

/** Lines that are indented by so much, or empty. */
export function linesOf(indent: number): RegExp {
  return linePatterns[indent] ??= new RegExp(`(?: {${indent}}[^\\n]*(?:\\n|$)| *\\r?\\n)*`, 'y')
}

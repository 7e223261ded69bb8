/** The line break that a text uses: its first. */
export function lineBreakOf(text: string): '\n' | '\r\n' {
  return /\r?\n/.exec(text)?.[0] === '\r\n' ? '\r\n' : '\n'
}

export function lineStart(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1
}

/** Before the line break that ends the line of a place; at the start of a line, before the break that ends the line before. */
export function lineEnd(text: string, at: number): number {
  const found = text[at - 1] === '\n' ? at - 1 : text.indexOf('\n', at)
  const end = found < 0 ? text.length : found
  return found >= 0 && text[end - 1] === '\r' ? end - 1 : end
}

export function columnOf(text: string, at: number): number {
  return at - lineStart(text, at)
}

const idle = /(?:\r?\n[ \t]*(?:#[^\n]*?)?(?=\r?\n|$))*/y

/** Whether comments or white space follow a line's end that a literal block above, in or under a column, would take in. */
export function hasDeeperComments(text: string, end: number, column: number): boolean {
  idle.lastIndex = end
  const lines = idle.exec(text)?.[0] ?? ''
  return lines.split('\n').some(line => line.startsWith(' '.repeat(column + 1)))
}

const header = /[|>][-+\d]*/y

/**
 * Where the text of a literal or folded block ends: after its last line, without its line break. Empty lines after that are
 * only part of one that keeps them (`|+`).
 * @param start where its header begins
 * @param end after all its lines
 * @param indent by how much its text is indented; white space that is no longer makes an empty line
 */
export function blockEnd(text: string, start: number, end: number, indent = 0): number {
  header.lastIndex = start
  if (header.exec(text)?.[0].includes('+')) return end
  let at = end
  for (;;) {
    let before = at
    while (at - before < indent && text[before - 1] === ' ') before -= 1
    if (text[before - 1] !== '\n') return at
    at = before - (text[before - 2] === '\r' ? 2 : 1)
  }
}

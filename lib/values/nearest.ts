/** The word most like `word`, the first of equals; undefined where none is near enough to be what was meant. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const meant = word.toLowerCase()
  let best: string | undefined
  let least = Infinity
  for (const candidate of words) {
    const steps = distance(meant, candidate.toLowerCase())
    if (steps < least && steps <= allowed(meant, candidate)) [best, least] = [candidate, steps]
  }
  return best
}

/** A third of the longer word: `relase` for `release`, not `check` for `clean`. */
function allowed(word: string, candidate: string): number {
  return Math.ceil(Math.max(word.length, candidate.length) / 3)
}

/** Damerau and Levenshtein's: how many letters are added, lost, changed or swapped with their neighbour. */
function distance(left: string, right: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: right.length + 1 }, (_, column) => column)
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1]
      const swapped = row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]
      current[column] = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
        swapped ? at(beforeLast, column - 2) + 1 : Infinity,
      )
    }
    [beforeLast, last] = [last, current]
  }
  return at(last, right.length)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity
}

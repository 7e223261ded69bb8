/** A part of a text, and what is written in its place. */
export interface Splice {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** @param splices none over another; those at one place stay in their order */
export function spliced(text: string, splices: readonly Splice[]): string {
  const parts: string[] = []
  let at = 0
  for (const splice of [...splices].sort((one, other) => one.start - other.start)) {
    parts.push(text.slice(at, splice.start), splice.text)
    at = splice.end
  }
  return [...parts, text.slice(at)].join('')
}

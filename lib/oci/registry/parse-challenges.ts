/** One way in that a server offers: RFC 9110, "WWW-Authenticate". */
export interface Challenge {
  /** In lower case: `bearer`, `basic`. */
  readonly scheme: string
  /** Names in lower case. */
  readonly parameters: Readonly<Record<string, string>>
}

const token = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y
const assigned = /\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+.^_`|~0-9A-Za-z:/-]+))/y

/** Reads every challenge of a header; several headers are one with commas. What is no challenge is passed over. */
export function parseChallenges(header: string): readonly Challenge[] {
  const found: { scheme: string, parameters: Record<string, string> }[] = []
  for (let at = 0; at < header.length;) {
    const name = match(token, header, at)?.[0]
    if (name === undefined) {
      at += 1
      continue
    }
    at += name.length
    const value = match(assigned, header, at)
    const current = found.at(-1)
    if (!value) found.push({ scheme: name.toLowerCase(), parameters: {} })
    else if (current) current.parameters[name.toLowerCase()] = value[1]?.replaceAll(/\\(.)/g, '$1') ?? value[2] ?? ''
    at += value?.[0].length ?? 0
  }
  return found
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

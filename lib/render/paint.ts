const codes = { red: [31, 39], green: [32, 39], yellow: [33, 39], dim: [2, 22] } as const

/** Puts text into a colour, or leaves it as it is where there shall be none. */
export type Paint = (color: keyof typeof codes, text: string) => string

/** Colours as NO_COLOR (no-color.org) and FORCE_COLOR ask for them; without either, terminals have some. */
export function paintFor(environment: Readonly<Record<string, string | undefined>>, terminal: boolean): Paint {
  return isColorful(environment, terminal) ? (color, text) => `\u001B[${codes[color][0]}m${text}\u001B[${codes[color][1]}m` : (_color, text) => text
}

function isColorful({ NO_COLOR: never, FORCE_COLOR: forced }: Readonly<Record<string, string | undefined>>, terminal: boolean): boolean {
  if (never) return false
  return forced === undefined ? terminal : forced !== '0' && forced !== 'false'
}

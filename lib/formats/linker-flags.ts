import { ReleaseError } from '../values/errors.ts'

/**
 * One text for `-ldflags`: the given flags, then a `-X` for each stamp, quoted as cmd/internal/quoted splits it.
 * @throws ReleaseError (STAMP) for a value that cannot be quoted: it holds a line break, or both kinds of quotes
 */
export function linkerFlags(flags: readonly string[], stamp: Readonly<Record<string, string>>): string {
  const stamps = Object.keys(stamp).sort().flatMap(name => ['-X', quoted(`${name}=${stamp[name]}`)])
  return [...flags.map(quoted), ...stamps].join(' ')
}

function quoted(text: string): string {
  if (/^[^\s'"]+$/.test(text)) return text
  if (!/[\n\r]/.test(text)) {
    if (!text.includes("'")) return `'${text}'`
    if (!text.includes('"')) return `"${text}"`
  }
  throw new ReleaseError(`Cannot pass ${JSON.stringify(text)} to the linker: it cannot be quoted`, {
    code: 'STAMP', hint: 'Use a value without line breaks that holds at most one kind of quotation marks.',
  })
}

/** How a scalar that stands on one line is written. */
export type ScalarStyle = 'plain' | 'single' | 'double'

const harmless = /^[A-Za-z0-9_/](?:[\w./@+~=-]|:(?=[\w./@+~=-])| (?=[\w./@+~=-]))*$/
const printable = /^[ -~\xA0-\u2027\u202A-\uD7FF\uE000-\uFEFE\uFF00-\uFFFD\u{10000}-\u{10FFFF}]*$/u
const words = /^(?:~|<<|=|null|true|false|yes|no|on|off|y|n|[-+]?\.?(?:inf(?:inity)?|nan))?$/i
const numeric = /^[-+]?\.?\d[\da-fopxtz_,.:+\- ]*$/i
const version = /^\d+\.\d+\.\d/

/**
 * A text on one line, in a style where it can be written in it; in double quotes otherwise.
 * @param flow whether it stands between brackets or braces
 */
export function stringText(value: string, style: ScalarStyle, flow: boolean): string {
  if (style === 'single' && printable.test(value)) return `'${value.replaceAll('\'', '\'\'')}'`
  return style === 'plain' && isPlain(value, flow) ? value : doubleQuoted(value)
}

/** A key: plain where every reader takes it for text. */
export function keyText(key: string, quoted = false): string {
  return !quoted && isPlain(key, true) && !key.includes(' ') ? key : doubleQuoted(key)
}

/** The escapes of JSON are escapes of YAML. */
function doubleQuoted(value: string): string {
  return JSON.stringify(value).replaceAll(/[\x7F-\x9F\u2028\u2029\uFEFF\uFFFE\uFFFF]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function isPlain(value: string, flow: boolean): boolean {
  // Older readers end a plain text at a colon where it stands between braces.
  return harmless.test(value) && isText(value) && !(flow && value.includes(':'))
}

/**
 * Whether every reader takes a plain scalar for text, and none for a truth value, a number, a time or nothing. Sources: YAML
 * 1.2.2, section 10.3.2; YAML 1.1's types bool, float, int, merge, null, timestamp and value; go-yaml's resolve.go, which
 * helm reads with.
 */
export function isText(value: string): boolean {
  return !words.test(value) && (!numeric.test(value) || version.test(value))
}

/**
 * The lines of a text as a literal block, without indentation, or undefined where it cannot be written so: it must have
 * several lines, begin with what is no white space, and have no line of white space alone.
 */
export function literal(value: string): { readonly header: '|' | '|-', readonly lines: readonly string[] } | undefined {
  if (!value.includes('\n')) return undefined
  const clipped = value.endsWith('\n')
  const lines = (clipped ? value.slice(0, -1) : value).split('\n')
  const fits = /^\S/.test(value) && lines.at(-1) !== '' && lines.every(line => line === '' || (/\S/.test(line) && printable.test(line.replaceAll('\t', ' '))))
  return fits ? { header: clipped ? '|' : '|-', lines } : undefined
}

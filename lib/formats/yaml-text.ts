import type { Json } from '../values/json.ts'

/** What readers of YAML 1.1 or 1.2 take for something else than text. */
const taken = /^(?:y|n|yes|no|on|off|true|false|null|~)$/i

/** Text that every reader takes for itself without quotes: it begins with a letter, or is a version of three numbers. */
const plain = /^(?:[A-Za-z]|\d+\.\d+\.\d+(?=$|[-+]))(?:[\w./@+()~^=%&;$-]|[:,?!](?![\s,]|$)| (?=[\w./(]))*$/

/** What YAML does not allow as it stands, or takes for the end of a line: YAML 1.1, 5.1 and 5.4. */
const unprintable = /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/

/**
 * Plain data as block YAML, in the order it is in, that readers of YAML 1.1 and 1.2 take for the same: what might be a number,
 * a date or a truth value elsewhere stands in quotes. Lists stand at the column of their key, as helm writes them; texts of
 * several lines as they are.
 * @param column where its first line begins; it is not indented itself
 * @returns lines, each with its end
 */
export function yamlText(value: Json, column = 0): string {
  if (Array.isArray(value) && value.length > 0) return lines(value.map((item: Json) => `- ${yamlText(item, column + 2)}`), column)
  if (isObject(value) && fieldsOf(value).length > 0) return lines(fieldsOf(value).map(([name, item]) => `${quoted(name)}:${after(item, column)}`), column)
  return `${scalar(value, column)}\n`
}

function lines(texts: readonly string[], column: number): string {
  return texts.join(' '.repeat(column))
}

/** What follows a key's colon. */
function after(value: Json, column: number): string {
  const indent = ' '.repeat(column)
  if (Array.isArray(value) && value.length > 0) return `\n${indent}${yamlText(value, column)}`
  if (isObject(value) && fieldsOf(value).length > 0) return `\n${indent}  ${yamlText(value, column + 2)}`
  return ` ${scalar(value, column + 2)}\n`
}

function scalar(value: Json, column: number): string {
  if (typeof value === 'string') return asBlock(value, column) ?? quoted(value)
  if (Array.isArray(value)) return '[]'
  return isObject(value) ? '{}' : JSON.stringify(value)
}

/** A text of several lines as a literal block, where that keeps it as it is. */
function asBlock(text: string, column: number): string | undefined {
  if (!text.includes('\n') || /^\s|\n\n$/.test(text) || unprintable.test(text)) return undefined
  const ended = text.endsWith('\n')
  const body = (ended ? text.slice(0, -1) : text).split('\n').map(line => line === '' ? '' : `${' '.repeat(column)}${line}`)
  return [ended ? '|' : '|-', ...body].join('\n')
}

/** JSON's strings are YAML's but for what YAML does not allow as it stands. */
function quoted(text: string): string {
  if (plain.test(text) && !taken.test(text)) return text
  return JSON.stringify(text).replaceAll(new RegExp(unprintable, 'g'), character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function isObject(value: Json): value is { readonly [key: string]: Json | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function fieldsOf(value: { readonly [key: string]: Json | undefined }): readonly (readonly [string, Json])[] {
  return Object.entries(value).flatMap(([name, item]) => item === undefined ? [] : [[name, item] as const])
}

import { keyText, literal, stringText, type ScalarStyle } from './scalar-text.ts'
import { isRecord, type YamlRecord, type YamlValue } from './value.ts'

/** Where something is written between lines. */
export interface Layout {
  /** The spaces before the key that it is the value of, or that its entries are siblings of. */
  readonly column: number
  /** How many more spaces what is nested has. */
  readonly step: number
  /** Whether a literal block may be written: whether no line that follows would become a part of it. */
  readonly literals: boolean
  readonly style: ScalarStyle
}

/** A value as it follows a key's colon: on the key's line, and on lines of its own. */
export interface Written {
  readonly inline: string
  readonly lines: readonly string[]
}

/** @param column where the entries of a mapping begin */
export function writeValue(value: YamlValue, layout: Layout, column = layout.column + layout.step): Written {
  if (isRecord(value)) {
    const entries = Object.entries(value)
    return { inline: entries.length === 0 ? '{}' : '', lines: writeEntries(entries, { ...layout, column, style: 'plain' }) }
  }
  if (typeof value !== 'string') return { inline: String(value), lines: [] }
  const block = layout.literals ? literal(value) : undefined
  if (!block) return { inline: stringText(value, layout.style, false), lines: [] }
  const indent = ' '.repeat(layout.column + layout.step)
  return { inline: block.header, lines: block.lines.map(line => line === '' ? '' : indent + line) }
}

/** Entries of a block mapping, in its column. */
export function writeEntries(entries: readonly (readonly [string, YamlValue])[], layout: Layout): readonly string[] {
  return entries.flatMap(([key, value]) => {
    const { inline, lines } = writeValue(value, layout)
    return [`${' '.repeat(layout.column)}${keyText(key)}:${inline === '' ? '' : ` ${inline}`}`, ...lines]
  })
}

/** A value between braces. */
export function writeFlow(value: YamlValue, style: ScalarStyle): string {
  if (isRecord(value)) return `{${writeFlowEntries(value, style)}}`
  return typeof value === 'string' ? stringText(value, style, true) : String(value)
}

/** Where everything is in double quotes, keys are as well. */
export function writeFlowEntries(record: YamlRecord, style: ScalarStyle): string {
  return Object.entries(record).map(([key, value]) => `${keyText(key, style === 'double')}: ${writeFlow(value, style)}`).join(', ')
}

import type { YamlNode } from './node.ts'
import { isText } from './scalar-text.ts'
import { isRecord, type YamlValue } from './value.ts'

/** Whether a node is read as a value by every reader. */
export function holds(node: YamlNode, text: string, value: YamlValue): boolean {
  if (node.mark) return false
  if (isRecord(value)) {
    const keys = Object.keys(value)
    return node.kind === 'mapping' && node.entries.length === keys.length
      && node.entries.every(({ key, mark, value: one }) => mark === undefined && value[key] !== undefined && keys.includes(key) && holds(one, text, value[key]))
  }
  const written = text.slice(node.start, node.end)
  if (typeof value !== 'string') return node.kind === 'plain' && written === String(value)
  return textOf(node.kind, written) === value && (node.kind !== 'plain' || isText(value))
}

/** What a scalar stands for, where that is simple to say. */
function textOf(kind: YamlNode['kind'], written: string): string | undefined {
  if (kind === 'literal') return literalText(written)
  if (written.includes('\n')) return undefined
  if (kind === 'plain') return written
  if (kind === 'single') return written.slice(1, -1).replaceAll('\'\'', '\'')
  return kind === 'double' ? jsonText(written) : undefined
}

function jsonText(written: string): string | undefined {
  try {
    return JSON.parse(written) as string
  } catch {
    return undefined
  }
}

function literalText(written: string): string | undefined {
  const [header = '', ...lines] = written.split(/\r?\n/)
  const [, chomping] = /^\|(-?)(?:\s|$)/.exec(header) ?? []
  if (chomping === undefined || lines.length === 0) return undefined
  const indent = /^ */.exec(lines.find(line => line.trim() !== '') ?? '')?.[0].length
  return lines.map(line => line.slice(indent)).join('\n') + (chomping === '-' ? '' : '\n')
}

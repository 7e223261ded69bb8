import { referenceLine, type MarkdownLine } from './changelog-sections.ts'

/** An item of the lists below a version's heading, in one line of Markdown. */
export interface ChangelogItem {
  /** The heading that it stands under: `Added`; empty where there is none. */
  readonly group: string
  readonly text: string
}

interface Draft {
  readonly group: string
  /** The column of its mark. */
  readonly column: number
  /** Its own text, and that of each item inside of it. */
  readonly parts: string[]
}

/**
 * The items of a version's lists: wrapped lines are joined, what is listed inside of an item follows it. Where there is no list,
 * its paragraphs are the items.
 */
export function changelogItems(lines: readonly MarkdownLine[]): readonly ChangelogItem[] {
  const items: Draft[] = []
  const paragraphs: Draft[] = []
  let group = ''
  let open: Draft | undefined
  let blank = true
  for (const { text, heading, code } of lines) {
    const [, indent = '', mark, rest = ''] = /^(\s*)([-*+]|\d{1,9}[.)])(?:\s+(.*))?$/.exec(text) ?? []
    if (heading !== undefined) {
      group = text
      open = undefined
    } else if (mark !== undefined && !/^\s*(?:[-*_]\s*){3,}$/.test(text)) {
      const column = columnsOf(indent)
      const inside = open !== undefined && open.column >= 0 && column > open.column + 1
      if (inside) open?.parts.push(rest)
      else items.push(open = { group, column, parts: [rest] })
    } else if (text.trim() === '' || code || referenceLine.test(text) || /^\s*(?:[-*_]\s*){3,}$/.test(text)) {
      blank = true
      continue
    } else if (open && (!blank || columnsOf(/^\s*/.exec(text)?.[0] ?? '') > open.column)) {
      open.parts.push(`${open.parts.pop() ?? ''} ${text.trim()}`)
    } else paragraphs.push(open = { group, column: -1, parts: [text.trim()] })
    blank = false
  }
  return (items.length > 0 ? items : paragraphs).map(item => ({ group: item.group, text: joined(item.parts) }))
}

/** `Checks: liveness; readiness` */
function joined(parts: readonly string[]): string {
  return parts.map(part => part.replaceAll(/\s+/g, ' ').trim()).filter(part => part !== '').reduce((whole, part, index) => {
    if (whole === '') return part
    if (/[.:;!?,]$/.test(whole)) return `${whole} ${part}`
    return `${whole}${index === 1 ? ':' : ';'} ${part}`
  }, '')
}

/** A tab goes on to the next multiple of four: CommonMark 0.31, 2.2. */
function columnsOf(indent: string): number {
  return Array.from(indent).reduce((column, character) => character === '\t' ? column + 4 - column % 4 : column + 1, 0)
}

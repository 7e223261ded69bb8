/** What a changelog says under the heading of a version. */
export interface ChangelogSection {
  /** `1.2.3-rc.1`, or `unreleased`. */
  readonly name: string
  /** Of its heading: 1 to 6. */
  readonly level: number
  /** Where its heading stands, counted from 0. */
  readonly line: number
  /** Where the next heading stands that is not part of it; where there is none, the number of lines. */
  readonly end: number
  readonly lines: readonly MarkdownLine[]
  /** Addresses of `[name]` by name, in lower case: of the whole text. */
  readonly references: ReadonlyMap<string, string>
}

/** A line of Markdown that is neither code nor a comment. */
export interface MarkdownLine {
  readonly text: string
  /** 1 to 6 for a heading, whose text this is then without its marks. */
  readonly heading?: number
  /** Whether code stood there: it is left out. */
  readonly code?: true
  /** Where it stands in the text, counted from 0. */
  readonly line: number
}

/** `[1.2.3] - 2026-11-21`, `v1.2.3 (2026-11-21)`, `Version 1.2.3`, `[1.2.3](https://...)`, `Unreleased`. */
const titled = /^(?:(?:version|release)\s+)?\[?\s*(?:v?(\d+\.\d+\.\d+(?:-[\w.-]+)?(?:\+[\w.-]+)?)|(unreleased))(?![\w.+-])/i

/** Headings that some tools put as high as that of a patch. */
const groups = /add|chang|deprecat|remov|fix|bug|security|feature|performance|revert|break|misc/i

/** Divides a changelog by the headings that name versions. A section ends with the next heading as high as its own. */
export function changelogSections(text: string): readonly ChangelogSection[] {
  const lines = markdownLines(text)
  const references = referencesIn(lines)
  const sections: { readonly name: string; readonly level: number; readonly line: number; end: number; readonly lines: MarkdownLine[] }[] = []
  const count = text.split(/\r\n|\r|\n/).length
  let current: typeof sections[number] | undefined
  for (const line of lines) {
    const name = line.heading === undefined ? undefined : nameIn(line.text)
    if (line.heading !== undefined && (name !== undefined || (current && line.heading < current.level + (groups.test(line.text) ? 0 : 1)))) {
      if (current) current.end = line.line
      current = name === undefined ? undefined : { name, level: line.heading, line: line.line, end: count, lines: [] }
      if (current) sections.push(current)
    } else current?.lines.push(line)
  }
  return sections.map(section => ({ ...section, references }))
}

function nameIn(heading: string): string | undefined {
  const [, version, unreleased] = titled.exec(heading.replaceAll(/[*_`]/g, '')) ?? []
  return version ?? unreleased?.toLowerCase()
}

/** Headings of both forms, code in fences and comments taken out: CommonMark 0.31, 4.2, 4.3, 4.5 and 4.6. */
function markdownLines(text: string): readonly MarkdownLine[] {
  const lines: MarkdownLine[] = []
  let fence: string | undefined
  let comment = false
  for (const [line, raw] of text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/).entries()) {
    const [, marks] = /^\s*(?:[-*+]\s+|\d{1,9}[.)]\s+)?(`{3,}(?=[^`]*$)|~{3,})/.exec(raw) ?? []
    if (fence !== undefined) {
      if (raw.trim().startsWith(fence) && raw.trim().replaceAll(fence.charAt(0), '') === '') fence = undefined
      continue
    }
    if (!comment && marks !== undefined) {
      fence = marks
      lines.push({ text: raw.slice(0, raw.indexOf(marks)), code: true, line })
      continue
    }
    const visible = withoutComments(raw, comment)
    comment = visible.open
    pushLine(lines, visible.text, line)
  }
  return lines
}

function pushLine(lines: MarkdownLine[], text: string, line: number): void {
  const [, marks, title = ''] = /^ {0,3}(#{1,6})(?:[ \t]+(.*))?$/.exec(text) ?? []
  if (marks !== undefined) {
    lines.push({ text: title.trimEnd().replace(/(?:^|[ \t])#+$/, '').trim(), heading: marks.length, line })
    return
  }
  const above = lines.at(-1)
  const underlined = /^ {0,3}(?:=+|-{2,})[ \t]*$/.test(text) && above !== undefined && above.heading === undefined && /^ {0,3}[^\s>*+-]/.test(above.text)
  if (underlined) lines[lines.length - 1] = { text: above.text.trim(), heading: text.trim().startsWith('=') ? 1 : 2, line: above.line }
  else lines.push({ text, line })
}

function withoutComments(line: string, inside: boolean): { readonly text: string; readonly open: boolean } {
  let [rest, text, open] = [line, '', inside]
  for (;;) {
    const at = open ? rest.indexOf('-->') : commentIn(rest)
    if (!open) text += at < 0 ? rest : rest.slice(0, at)
    if (at < 0) return { text, open }
    rest = rest.slice(at + (open ? 3 : 4))
    open = !open
  }
}

/** Where a comment begins, not inside of code. */
function commentIn(line: string): number {
  const at = line.indexOf('<!--')
  return at >= 0 && (line.slice(0, at).split('`').length % 2 === 1) ? at : -1
}

/** `[name]: https://...`: CommonMark 0.31, 4.7. */
function referencesIn(lines: readonly MarkdownLine[]): ReadonlyMap<string, string> {
  return new Map(lines.flatMap(({ text }) => {
    const [, name, address] = referenceLine.exec(text) ?? []
    return name === undefined || address === undefined ? [] : [[name.trim().toLowerCase(), address] as const]
  }).toReversed())
}

export const referenceLine = /^ {0,3}\[([^\]]+)\]:[ \t]*<?(\S+?)>?(?:[ \t]+["'(].*)?$/

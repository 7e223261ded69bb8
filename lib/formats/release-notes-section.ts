import { type ChangelogSection, changelogSections, referenceLine } from './changelog-sections.ts'
import { itemText } from './release-notes.ts'
import type { NotedChange, NotedChanges } from './release-notes-types.ts'
import { versionOrder } from './version-order.ts'

export interface SectionOf {
  /** `0.0.2`, or `Unreleased`. */
  readonly version: string
  /** In UTC: `2026-11-21`, or the time that a version carries. Without one the heading has none. */
  readonly date?: string
}

export interface SectionOptions {
  /** What becomes of a section that the version has already: somebody may have written it. Default: `kept`. */
  readonly existing?: 'kept' | 'replaced'
}

/** Keep a Changelog's own headings, in its order, by the headings of release notes. */
const headings: readonly (readonly [heading: string, titles: readonly string[]])[] = [
  ['Added', ['Features']], ['Changed', ['Breaking changes', 'Performance', 'Changes', 'Dependencies', 'Reverts']], ['Deprecated', ['Deprecated']], ['Removed', ['Removed']],
  ['Fixed', ['Fixes']], ['Security', ['Security']],
]

/**
 * A version's section of a CHANGELOG.md: https://keepachangelog.com/en/1.1.0. The usual groups have that page's headings; what a
 * project calls its own keeps its name, and follows.
 */
export function changelogSection({ groups, compare }: NotedChanges, { version, date }: SectionOf): string {
  const known = new Map(headings.flatMap(([heading, titles]) => titles.map(title => [title, heading] as const)))
  const order = [...headings.map(([heading]) => heading), ...groups.map(({ title }) => title)]
  const sections = new Map<string, readonly NotedChange[]>()
  for (const { title, changes } of groups) {
    const heading = known.get(title) ?? title
    sections.set(heading, [...sections.get(heading) ?? [], ...changes])
  }
  const texts = [...new Set(order)].flatMap(heading => {
    const changes = sections.get(heading)
    return changes ? [`### ${heading}\n\n${changes.map(sectionItem).join('\n')}\n`] : []
  })
  const head = `## [${version}]${compare === undefined ? '' : `(${compare})`}${date === undefined ? '' : ` - ${date.slice(0, 'yyyy-mm-dd'.length)}`}\n`
  return [head, ...texts.length === 0 ? ['No notable changes.\n'] : texts].join('\n')
}

function sectionItem({ text, breaking }: NotedChange): string {
  return itemText(breaking ? `**Breaking:** ${text}` : text)
}

/**
 * Puts a version's section into a CHANGELOG.md, above the versions that are lower and below what is not released; every other byte
 * stays. Where the version has a section already, all does, or that section alone is replaced.
 * @param text the file as it is; may be empty
 * @param section what changelogSection() gives
 */
export function insertSection(text: string, section: string, { existing = 'kept' }: SectionOptions = {}): string {
  const [own] = changelogSections(section)
  const there = changelogSections(text)
  const same = own && there.find(({ name }) => name === own.name)
  if (!own || same) return same && existing === 'replaced' ? replaced(text, same, section, own.level) : text
  if (text.replace('\ufeff', '').trim() === '') return `${text.startsWith('\ufeff') ? '\ufeff' : ''}# Changelog\n\n${section}`
  const end = /\r\n|\r|\n/.exec(text)?.[0] ?? '\n'
  const next = there.find(({ name }) => name !== 'unreleased' && isLower(name, own.name))
  const deeper = (there.find(({ name }) => name !== 'unreleased') ?? there[0] ?? own).level - own.level
  const marked = deepened(section, deeper)
  const at = next ? offsetOf(text, next.line) : listEnd(text)
  const [before, after] = [text.slice(0, at), text.slice(at)]
  const gap = before === '' || /(?:^|[\r\n])[ \t]*(?:\r\n|\r|\n)$/.test(before) ? '' : /[\r\n]$/.test(before) ? '\n' : '\n\n'
  return `${before}${`${gap}${marked}\n${after === '' ? '' : '\n'}`.replaceAll('\n', end)}${after}`
}

/** The section's own lines go; blank ones below it, and the addresses of links, are the file's. */
function replaced(text: string, { line, end, level }: ChangelogSection, section: string, own: number): string {
  const ends = /\r\n|\r|\n/.exec(text)?.[0] ?? '\n'
  const [from, to] = [offsetOf(text, line), offsetOf(text, end)]
  const body = text.slice(from, to)
  const rest = body.slice(linesEnd(body))
  const last = rest === '' && !/[\r\n]$/.test(body) ? '' : ends
  return `${text.slice(0, from)}${deepened(section, level - own).replaceAll('\n', ends)}${last}${rest}${text.slice(to)}`
}

function deepened(section: string, deeper: number): string {
  return section.replaceAll(/^#+(?= )/gm, marks => '#'.repeat(Math.max(1, marks.length + deeper))).trimEnd()
}

function isLower(name: string, than: string): boolean {
  return (versionOrder(name, than) ?? 0) < 0
}

/** Where the last line ends that is neither blank nor the address of a link. */
function linesEnd(text: string): number {
  let end = text.length
  for (const line of text.split(/(?<=\r\n|\n|\r(?!\n))/).toReversed()) {
    if (line.trim() !== '' && !referenceLine.test(line.trimEnd())) return end
    end -= line.length
  }
  return 0
}

/** Where a line begins. */
function offsetOf(text: string, line: number): number {
  const ends = text.matchAll(/\r\n|\r|\n/g)
  let at = 0
  for (let count = 0; count < line; count += 1) {
    const { value } = ends.next()
    if (!value) return text.length
    at = value.index + value[0].length
  }
  return at
}

/** Where versions end: the addresses of links that stand below them stay there. */
function listEnd(text: string): number {
  const lines = text.split(/(?<=\r\n|\n|\r(?!\n))/)
  let [at, end] = [text.length, text.length]
  for (const line of lines.toReversed()) {
    if (line.trim() !== '' && !referenceLine.test(line.trimEnd())) break
    at -= line.length
    if (line.trim() !== '') end = at
  }
  return end
}

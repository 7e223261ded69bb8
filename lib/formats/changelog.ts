import { changelogItems, type ChangelogItem } from './changelog-items.ts'
import { plainChange, type ChangelogLink } from './changelog-links.ts'
import { changelogSections, type ChangelogSection } from './changelog-sections.ts'

/** What happened to a project, as Keep a Changelog 1.1 groups it. */
export type ChangeKind = 'added' | 'changed' | 'deprecated' | 'removed' | 'fixed' | 'security'

/** One line of a changelog. */
export interface Change {
  readonly kind: ChangeKind
  /** In one line, without markup. */
  readonly description: string
  /** Where it leads to, and the issues and requests that it names. */
  readonly links: readonly ChangelogLink[]
}

export interface ChangelogOptions {
  /** Where people look at the repository, `https://github.com/example/gateway`: without it `#123` is no link. */
  readonly repository?: string
}

/**
 * What a changelog says of a version: https://keepachangelog.com/en/1.1.0. A candidate without a section of its own takes that
 * of its version, and that which is not released yet where there is none either; so does a snapshot.
 * @param text Markdown
 * @returns undefined where nothing is said of it
 */
export function changesOf(text: string, version: string, { repository }: ChangelogOptions = {}): readonly Change[] | undefined {
  const sections = changelogSections(text)
  for (const name of namesFor(version)) {
    const section = sections.find(one => one.name === name)
    const items = section ? changelogItems(section.lines) : []
    if (section && items.length > 0) return changesIn(section, items, repository)
  }
  return undefined
}

/** Headings that may speak of a version, the most exact first. */
function namesFor(version: string): readonly string[] {
  const exact = version.replace(/^v/, '')
  const [plain = exact] = exact.split('+')
  const base = /^[\d.]+(?=-)/.exec(plain)?.[0]
  return [exact, plain, ...base === undefined ? [] : [base, 'unreleased']]
}

function changesIn({ references }: ChangelogSection, items: readonly ChangelogItem[], repository: string | undefined): readonly Change[] {
  return items.flatMap(({ group, text }) => {
    const { description, links } = plainChange(text, references, repository)
    return description === '' ? [] : [{ kind: kindOf(group), description, links }]
  })
}

/** Other words that people and tools group by. */
const kinds: readonly (readonly [ChangeKind, RegExp])[] = [
  ['security', /security|vulnerabilit/], ['deprecated', /deprecat/], ['removed', /remov|delet/], ['fixed', /fix|bug/],
  ['added', /\badd|\bnew\b|feature/],
]

/** The kind that a heading means: what stands under no heading, or under another, is a change. */
export function kindOf(group: string): ChangeKind {
  return kinds.find(([, words]) => words.test(group.toLowerCase()))?.[0] ?? 'changed'
}

import type { HubChange } from './chart/artifact-hub-options.ts'
import { kindOf } from './changelog.ts'
import { plainChange } from './changelog-links.ts'
import type { Commit } from './commits-types.ts'
import { kindOfCommit, usualGroup } from './release-notes-groups.ts'
import { changeDescription, changeLeads, changeLine, isPerson } from './release-notes-line.ts'
import { oneLine } from './release-notes-text.ts'
import type { ChangeGroup, NotedChange, NotedChanges, NotedGroup, NotesText, Wording } from './release-notes-types.ts'

export interface NotedVersion {
  readonly version: string
  /** Absent for a snapshot. */
  readonly tag?: string
  readonly previous?: string
}

/** Groups and words commits. Those who made them are named where they are more than one. */
export function notedChanges(commits: readonly Commit[], { version, tag, previous }: NotedVersion, wording: Wording = {}): NotedChanges {
  const { links = {}, group = (_commit, usual) => usual } = wording
  const people = new Set(commits.flatMap(({ authors }) => authors.filter(isPerson).map(({ email }) => email.toLowerCase())))
  const groups = new Map<string, ChangeGroup & { readonly changes: NotedChange[] }>()
  for (const commit of commits) {
    const under = group(commit, usualGroup(commit))
    const change = under && notedChange(commit, under, people.size > 1, wording)
    if (!change) continue
    const title = oneLine(under.title)
    const { order = under.order, changes = [] } = groups.get(title) ?? {}
    changes.push(change)
    groups.set(title, { title, order: Math.min(order, under.order), changes })
  }
  const sorted = [...groups.values()].sort((a, b) => a.order - b.order || (a.title < b.title ? -1 : 1))
  const compare = previous === undefined || tag === undefined ? undefined : links.compare?.(previous, tag)
  return { version, ...previous !== undefined && { previous }, ...compare !== undefined && { compare }, groups: sorted.map(({ title, changes }) => ({ title, changes })) }
}

function notedChange(commit: Commit, { title }: ChangeGroup, named: boolean, { line, links = {} }: Wording): NotedChange | undefined {
  const usual = changeLine(commit, links, named)
  const text = (line ? line(commit, usual) : usual).replaceAll(/\r\n?/g, '\n').trim()
  if (text === '') return undefined
  const own = text === usual ? { description: changeDescription(commit), links: changeLeads(commit, links) } : plainChange(text, new Map(), undefined)
  const { pullRequest } = commit
  return { text, description: own.description, links: own.links, ...pullRequest !== undefined && { pullRequest }, kind: kindOfCommit(commit) ?? kindOf(title), breaking: commit.breaking }
}

/** Characters of the changes: GitHub takes 125,000 of all. */
const longest = 100_000

/** Release notes in Markdown. */
export function releaseNotesText({ groups, compare, previous }: NotedChanges, { header, footer }: NotesText = {}): string {
  const all = compare === undefined ? undefined : `[All changes since ${previous ?? 'the version before'}](${compare})`
  const parts = [header, groups.length === 0 ? 'No notable changes.' : groupsText(groups), all, footer]
  return `${parts.map(part => part?.replaceAll(/\r\n?/g, '\n').trim() ?? '').filter(part => part !== '').join('\n\n')}\n`
}

function groupsText(groups: readonly NotedGroup[]): string {
  let left = longest
  const texts: string[] = []
  let more = 0
  for (const { title, changes } of groups) {
    const items = changes.map(({ text }) => itemText(text)).filter(item => (left -= item.length + 1) > 0)
    more += changes.length - items.length
    if (items.length > 0) texts.push(`## ${title}\n\n${items.join('\n')}`)
  }
  return [...texts, ...more === 0 ? [] : [`And ${more} more.`]].join('\n\n')
}

/** An item of a list: what goes on below its first line stands under its text. */
export function itemText(text: string): string {
  return `- ${text.split('\n').map((line, index) => index === 0 || line === '' ? line : `  ${line}`).join('\n')}`
}

/** The same for a screen, and for the message of a tag: without markup. */
export function plainNotes({ groups }: NotedChanges): string {
  if (groups.length === 0) return 'No notable changes.\n'
  const texts = groups.map(({ title, changes }) => `${title}\n\n${changes.map(change => plainItem(change, title)).join('\n')}\n`)
  return texts.join('\n')
}

function plainItem({ description: whole, pullRequest }: NotedChange, title: string): string {
  const description = title.startsWith('Breaking') ? whole.replace(/^Breaking: /, '') : whole
  return `- ${description}${pullRequest === undefined || description.includes(`#${pullRequest}`) ? '' : ` (#${pullRequest})`}`
}

/** What a chart's page on Artifact Hub shows. */
export function hubChanges({ groups }: NotedChanges): readonly HubChange[] {
  return groups.flatMap(({ changes }) => changes.map(({ kind, description, links }) => ({ kind, description, ...links.length > 0 && { links } })))
}

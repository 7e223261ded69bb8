import type { HubLink } from './chart/artifact-hub-options.ts'
import type { Commit, Person } from './commits-types.ts'
import { markdownText, oneLine } from './release-notes-text.ts'
import type { ChangeLinks } from './release-notes-types.ts'

/** Characters of a commit's id that people are shown. */
const shown = 8

/**
 * `**api:** Add a timeout ([#12](...)) by [@ann](...)`, in Markdown.
 * @param named whether those who made it are named
 */
export function changeLine(commit: Commit, links: ChangeLinks, named: boolean): string {
  const { description, pullRequest, id, breakingNote } = commit
  const scope = tellingScope(commit)
  const what = scope === undefined ? markdownText(description) : `**${markdownText(scope)}:** ${markdownText(description)}`
  const people = named ? commit.authors.filter(isPerson).map(person => author(person, links)) : []
  const note = breakingNote === undefined || breakingNote === description ? '' : `\n${markdownText(breakingNote)}`
  const leads = pullRequest === undefined ? link(`\`${id.slice(0, shown)}\``, links.commit?.(id)) : link(`#${pullRequest}`, links.pullRequest?.(pullRequest), true)
  return `${what}${leads === undefined ? '' : ` (${leads})`}${people.length === 0 ? '' : ` by ${listed(people)}`}${note}`
}

/** Robots say in their names that they are none. */
export function isPerson({ name }: Person): boolean {
  return !name.endsWith('[bot]')
}

/** The same without markup, people and commit. */
export function changeDescription(commit: Commit): string {
  const { description, breaking, breakingNote } = commit
  const scope = tellingScope(commit)
  const what = `${breaking ? 'Breaking: ' : ''}${scope === undefined ? '' : `${oneLine(scope)}: `}${oneLine(description)}`
  return breakingNote === undefined || breakingNote === description ? what : `${what}${/[.!?…]$/.test(what) ? '' : '.'} ${oneLine(breakingNote)}`
}

/** What the heading says anyway is not said again. */
function tellingScope({ scope }: Commit): string | undefined {
  return scope === undefined || /^(?:deps?|dependencies|security)$/i.test(scope) ? undefined : scope
}

/** Where it leads to: its request, else itself. */
export function changeLeads({ pullRequest, id }: Commit, links: ChangeLinks): readonly HubLink[] {
  const [name, url] = pullRequest === undefined ? [id.slice(0, shown), links.commit?.(id)] : [`#${pullRequest}`, links.pullRequest?.(pullRequest)]
  return url === undefined || !URL.canParse(url) ? [] : [{ name, url }]
}

/** Without an address nothing is named but what people know anyway. */
function link(name: string, url: string | undefined, known = false): string | undefined {
  if (url === undefined) return known ? name : undefined
  return `[${name}](${target(url)})`
}

function author(person: Person, links: ChangeLinks): string {
  const url = links.author?.(person)
  return url === undefined ? markdownText(person.name) : `[@${markdownText(url.replace(/\/+$/, '').replace(/^.*\//, ''))}](${target(url)})`
}

/** CommonMark 0.31, 6.3: neither blanks nor parentheses end the address. */
function target(url: string): string {
  return url.replaceAll(/[\s()<>\\]/g, character => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

function listed(people: readonly string[]): string {
  return people.length < 2 ? people.join() : `${people.slice(0, -1).join(', ')} and ${people.at(-1)}`
}

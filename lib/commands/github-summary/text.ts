// One thing: the Markdown of a job's summary, which is bounded in all its parts.
import { readableBytes, readableDuration } from '../../values/readable.ts'
import type { Digest } from '../../values/descriptor.ts'

/** What a summary tells of a run. */
export interface SummaryData {
  readonly project: string
  readonly version: string
  readonly commit: string
  readonly goals: readonly string[]
  readonly milliseconds: number
  /** Whether nothing failed. */
  readonly succeeded: boolean
  readonly released: readonly SummaryArtifact[]
  readonly skipped: readonly { readonly title: string, readonly reason: string }[]
  readonly errors: readonly string[]
  readonly notices: readonly string[]
  readonly kinds: readonly SummaryKind[]
}

export interface SummaryArtifact {
  readonly name: string
  readonly kind: string
  readonly digest: Digest
  /** Bytes. */
  readonly size: number
  readonly places: readonly SummaryPlace[]
}

export interface SummaryPlace {
  readonly destination: string
  readonly url: string
  readonly state: 'public' | 'staged' | 'failed' | 'held back'
}

/** How the steps of one kind ended, and what they took together. */
export interface SummaryKind {
  readonly name: string
  readonly states: Readonly<Record<string, number>>
  /** Milliseconds of work, where there was any. */
  readonly milliseconds?: number
}

/** Characters of one text that others wrote. */
const [longestText, longestCell] = [8000, 600]

/**
 * A run as Markdown that shows every text as it is.
 * @param budget bytes that it may have
 * @param hide takes out what nobody should see
 */
export function summaryText(data: SummaryData, budget: number, hide: (text: string) => string): string {
  const { released, skipped, errors, notices, kinds } = data
  const cell = (text: string): string => literal(clip(hide(text).replaceAll(/\s+/g, ' ').trim(), longestCell))
  const code = (text: string): string => `<code>${cell(text)}</code>`
  const part = Math.floor(budget / 6)
  const text = [
    headline(data, cell),
    section('Failed', [], errors.map(error => `<pre>${literal(clip(hide(error), longestText)).replaceAll('\n', '<br>')}</pre>`), part, true),
    section('Released', ['| artifact | kind | size | digest | where |', '| --- | --- | ---: | --- | --- |'], released.map(one => artifactRow(one, cell, code)), part * 2),
    section('Skipped', ['| what | why |', '| --- | --- |'], byReason(skipped).map(({ titles, reason }) => `| ${titlesText(titles, code)} | ${cell(reason)} |`), part),
    section('Notices', [], notices.map(line => `- ${cell(line)}`), part / 2),
    section('Steps', ['| kind | ended | time |', '| --- | --- | ---: |'], kinds.map(one => kindRow(one, cell)), part / 2),
  ].filter(one => one !== '').join('\n\n')
  return `${text}\n`
}

function headline({ project, version, commit, goals, milliseconds, succeeded }: SummaryData, cell: (text: string) => string): string {
  const done = `${cell(goals.join(', '))} ${succeeded ? 'took' : 'failed after'} ${readableDuration(milliseconds)}`
  return [`## ${cell(`${project} ${version}`)}`, '', `${done}, commit <code>${cell(commit.slice(0, 12))}</code>.`].join('\n')
}

/** @param spaced whether lines are blocks of their own */
function section(title: string, head: readonly string[], lines: readonly string[], budget: number, spaced = false): string {
  if (lines.length === 0) return ''
  const kept: string[] = []
  let left = budget
  for (const line of lines) {
    left -= Buffer.byteLength(line) + 2
    if (left < 0) break
    kept.push(line)
  }
  const missing = lines.length - kept.length
  const more = missing === 0 ? [] : ['', `… and ${missing} more: see the log, and <code>dist.run.json</code>.`]
  return [`### ${title}`, '', ...head, ...spaced ? kept.flatMap(line => [line, '']) : kept, ...more].join('\n').trimEnd()
}

function artifactRow({ name, kind, digest, size, places }: SummaryArtifact, cell: (text: string) => string, code: (text: string) => string): string {
  const where = places.map(({ destination, url, state }) => {
    const place = /^https?:\/\//i.test(url) && URL.canParse(url) && new URL(url).href.length <= longestCell ? `<a href="${cell(new URL(url).href)}">${cell(destination)}</a>` : `${cell(destination)}: ${code(url)}`
    return state === 'public' ? place : `${place} (${state})`
  })
  return `| ${code(name)} | ${cell(kind)} | ${readableBytes(size)} | ${code(digest)} | ${where.join('<br>')} |`
}

function kindRow({ name, states, milliseconds }: SummaryKind, cell: (text: string) => string): string {
  const ended = Object.entries(states).sort(([a], [b]) => a < b ? -1 : 1).map(([state, count]) => `${count} ${state}`)
  return `| ${cell(name)} | ${ended.join(', ')} | ${milliseconds === undefined ? '' : readableDuration(milliseconds)} |`
}

interface SkippedAlike {
  readonly titles: readonly string[]
  readonly reason: string
}

/** One for each reason: a base that cannot be had takes much along. */
function byReason(skipped: SummaryData['skipped']): readonly SkippedAlike[] {
  const found = new Map<string, string[]>()
  for (const { title, reason } of skipped) {
    const titles = found.get(reason)
    if (titles) titles.push(title)
    else found.set(reason, [title])
  }
  return [...found].map(([reason, titles]) => ({ reason, titles }))
}

/** The last ones are those that users would get. */
function titlesText(titles: readonly string[], code: (text: string) => string): string {
  const [most, all] = [3, [...titles].reverse()]
  return [...all.slice(0, most).map(code), ...all.length > most ? [`and ${all.length - most} more`] : []].join('<br>')
}

function clip(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest).replace(/[\ud800-\udbff]$/, '')}…`
}

/** Every sign that Markdown or HTML might see something in, as a character reference: CommonMark 0.31, 2.5. */
function literal(text: string): string {
  const shown = text.replaceAll(/[^\S\n]/g, ' ').replaceAll(/[\p{Cc}\p{Cs}]/gu, sign => sign === '\n' ? sign : '')
  // Where a line begins, a dash or a number would be a list.
  return shown.replaceAll(/[!"#$&'()*+;<=>?@[\\\]^_`{|}~]|^-|(?<=^\d+)\./g, sign => `&#${sign.charCodeAt(0)};`)
}

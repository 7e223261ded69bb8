import type { AnnouncedArtifact, Announcement } from '../../lib/values/announcement.ts'
import type { Json } from '../../lib/values/json.ts'
import { clip, fittingLines, webAddress } from './fitting.ts'

/** Characters of a header, and of any other text: Slack's "Block Kit reference". */
const [longestHeader, longestText] = [150, 3000]

/** What Slack's incoming webhooks take: the version, its notes, and where everything is. Nothing in it calls anybody. */
export function slack(announcement: Announcement): Json {
  const { project, version, tag, commit, date, url, notes, artifacts, prerelease } = announcement
  const title = `${project} ${version}`
  const page = url === undefined ? undefined : webAddress(url)
  return {
    text: clip(escaped(`${title} is released`), longestText),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: clip(title, longestHeader), emoji: false } },
      ...page === undefined ? [] : [marked(`<${page}|${escaped(clip(`Release ${tag}`, longestHeader))}>`)],
      // As it stands: what is a mark in GitHub's Markdown is another one, or none, in Slack's.
      ...notes === undefined || notes.trim() === '' ? [] : [{ type: 'section', text: { type: 'plain_text', text: clip(notes.trim(), longestText), emoji: false } }],
      marked(fittingLines(artifacts.map(line), longestText)),
      { type: 'context', elements: [{ type: 'plain_text', text: clip(`${prerelease ? 'Prerelease, ' : ''}${tag}, commit ${commit.slice(0, 12)}, ${date}`, longestText), emoji: false }] },
    ],
  }
}

function marked(text: string): Json {
  return { type: 'section', text: { type: 'mrkdwn', text: text === '' ? ' ' : text, verbatim: true } }
}

/** Without a digest: it is for programs. */
function line({ name, kind, url }: AnnouncedArtifact): string {
  const page = webAddress(url)
  const label = escaped(clip(name, longestHeader))
  return page === undefined ? `${escaped(kind)} ${label}: ${escaped(clip(url, 500))}` : `${escaped(kind)} <${page}|${label}>`
}

/** Slack's "Formatting text": three characters begin everything that calls somebody or leads somewhere. */
function escaped(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

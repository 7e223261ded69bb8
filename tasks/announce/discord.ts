import type { AnnouncedArtifact, Announcement } from '../../lib/values/announcement.ts'
import type { Json } from '../../lib/values/json.ts'
import { clip, fittingLines, webAddress } from './fitting.ts'

/**
 * Characters of a title, of notes, of a field and of its name; fields of an embed. Discord's "Embed Limits" allow 256, 4096, 1024,
 * 256 and 25, and 6000 characters for all of them together.
 */
const longest = { title: 256, notes: 2000, field: 1000, name: 100 } as const
const mostFields = 3

const colors = { stable: 0x2d_a4_4e, prerelease: 0xbf_87_00 } as const

/** What Discord's webhooks take: the version, its notes, and where everything is. Nothing in it calls anybody. */
export function discord(announcement: Announcement): Json {
  const { project, version, tag, commit, date, url, notes = '', artifacts, prerelease } = announcement
  const page = url === undefined ? undefined : webAddress(url)
  return {
    embeds: [{
      title: clip(escaped(`${project} ${version}`), longest.title),
      ...page !== undefined && { url: page },
      ...notes.trim() !== '' && { description: clip(notes.trim(), longest.notes) },
      color: prerelease ? colors.prerelease : colors.stable,
      timestamp: date,
      fields: fieldsOf(artifacts),
      footer: { text: clip(`${prerelease ? 'Prerelease, ' : ''}${tag}, commit ${commit.slice(0, 12)}`, longest.title) },
    }],
    allowed_mentions: { parse: [] },
  }
}

/** One for each destination, and one for those that are too many. */
function fieldsOf(artifacts: readonly AnnouncedArtifact[]): readonly Json[] {
  const destinations = [...new Set(artifacts.map(({ destination }) => destination))]
  const [shown, rest] = destinations.length <= mostFields ? [destinations, []] : [destinations.slice(0, mostFields - 1), destinations.slice(mostFields - 1)]
  return [
    ...shown.map(one => ({ name: clip(one, longest.name), value: fittingLines(artifacts.filter(({ destination }) => destination === one).map(line), longest.field) })),
    ...rest.length === 0 ? [] : [{ name: `${rest.length} more`, value: clip(escaped(rest.join(', ')), longest.field) }],
  ]
}

function line({ name, url }: AnnouncedArtifact): string {
  const page = webAddress(url)
  const label = escaped(clip(name, longest.name))
  return page === undefined || page.length > 500 ? `${label}: ${escaped(clip(url, longest.title))}` : `[${label}](${page})`
}

function escaped(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_~|[\]()<>@#]/g, String.raw`\$&`)
}

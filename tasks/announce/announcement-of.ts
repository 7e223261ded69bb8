import type { AnnouncedArtifact, Announcement } from '../../lib/values/announcement.ts'
import type { Publicized } from '../../lib/graph/shipment.ts'
import type { Receipt } from '../../lib/values/record.ts'

/** What only its author knows. */
export interface Described {
  /** The page of the release. */
  readonly url?: string | undefined
  readonly notes?: string | undefined
}

/**
 * What is announced of a publication. Nothing of a snapshot, of a part of a release, of a rehearsal, and of a release that was
 * public already: it has been announced by the run that made it so.
 */
export function announcementOf({ release, receipts, local, newly, partial, url, notes }: Publicized & Described): Announcement | undefined {
  const { project: { name }, version: { semver, tag, snapshot, prerelease, commit, date } } = release
  const artifacts = receipts.filter(({ destination }) => !local.has(destination)).map(announced).sort(byPlace)
  if (snapshot || partial || !newly || tag === undefined || artifacts.length === 0) return undefined
  return { project: name, version: semver, tag, prerelease, commit, date, ...url !== undefined && { url }, ...notes !== undefined && { notes }, artifacts }
}

function announced({ of, digest, url, destination }: Receipt): AnnouncedArtifact {
  return { name: of.name, kind: of.kind, digest, url, destination }
}

function byPlace(a: AnnouncedArtifact, b: AnnouncedArtifact): number {
  const [first, second] = [a, b].map(({ destination, name, url }) => JSON.stringify([destination, name, url])) as [string, string]
  return first < second ? -1 : first > second ? 1 : 0
}

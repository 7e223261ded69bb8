import type { Digest } from './descriptor.ts'

/** What is told of a release once it is public. Plain data: `JSON.stringify` writes it as it is. */
export interface Announcement {
  /** The project's name: `gateway`. */
  readonly project: string
  /** The semantic version: `0.0.2-rc.1`. */
  readonly version: string
  /** The git tag as it stands: `v0.0.2-rc.1`. */
  readonly tag: string
  readonly prerelease: boolean
  /** The full commit id. */
  readonly commit: string
  /** The commit's time in UTC: `2026-11-21T08:51:00Z`. */
  readonly date: string
  /** The page of the release, where it has one. */
  readonly url?: string
  /** The release notes, in Markdown. */
  readonly notes?: string
  /** What was published, by destination and name; what lies at two destinations is there twice. */
  readonly artifacts: readonly AnnouncedArtifact[]
}

export interface AnnouncedArtifact {
  readonly name: string
  /** `archive`, `image`, `chart`... */
  readonly kind: string
  readonly digest: Digest
  /** Where its users find it: a web address, or an image's reference. */
  readonly url: string
  /** The name of the destination. */
  readonly destination: string
}

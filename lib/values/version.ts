/** What is being released. Everything in it comes from git, nothing from a file. */
export interface Version {
  /** The semantic version without prefix: `0.0.2-rc.1`. */
  readonly semver: string
  /** Its first three numbers: `0.0.2`. */
  readonly base: string
  /**
   * What programs, archives and images say of themselves: the semantic version, or with `resolveVersion({ stamp: 'base' })` the
   * base, so that a candidate has the very bytes of the stable version. Names and tags carry `semver` whatever this is.
   */
  readonly stamp: string
  /** The git tag as it stands, `api/v0.0.2-rc.1`; a snapshot has none. */
  readonly tag?: string
  /** The tag before it by kind: the last stable one for a stable version, the last one for a candidate. */
  readonly previous?: string
  /** The full commit id. */
  readonly commit: string
  /** The commit's time in UTC, `2026-11-21T08:51:00Z`. */
  readonly date: string
  readonly prerelease: boolean
  /** Made from a commit without a tag, or from a changed tree: only local destinations take it. */
  readonly snapshot: boolean
  readonly dirty: boolean
  /** Why this is a snapshot, in words; absent where it is none. */
  readonly because?: string
}

import type { HubLink } from './chart/artifact-hub-options.ts'
import type { ChangeKind } from './changelog.ts'
import type { Commit, Person } from './commits-types.ts'

/** A heading of release notes, and where it stands: the lowest first. */
export interface ChangeGroup {
  /** Plain text: `Features`. */
  readonly title: string
  readonly order: number
}

/** Where people look at what notes name. What gives undefined is no link. */
export interface ChangeLinks {
  readonly commit?: (id: string) => string | undefined
  readonly pullRequest?: (number: number) => string | undefined
  /** The page of somebody who made a change; what it is called stands after its last slash. */
  readonly author?: (author: Person) => string | undefined
  /** What is different between two tags. */
  readonly compare?: (from: string, to: string) => string | undefined
}

/** How changes are grouped and worded. */
export interface Wording {
  /**
   * The heading that a commit stands under; undefined leaves it out.
   * @param usual where it would stand otherwise
   */
  readonly group?: (commit: Commit, usual: ChangeGroup | undefined) => ChangeGroup | undefined
  /**
   * What is said of a commit, in Markdown.
   * @param usual what would be said otherwise
   */
  readonly line?: (commit: Commit, usual: string) => string
  readonly links?: ChangeLinks
}

/** What a version changes: all that is said of it anywhere is made from this. */
export interface NotedChanges {
  readonly version: string
  /** The tag of the version before; absent where there is none. */
  readonly previous?: string
  /** Where all differences are seen. */
  readonly compare?: string
  /** In order. */
  readonly groups: readonly NotedGroup[]
}

export interface NotedGroup {
  readonly title: string
  /** Oldest first. */
  readonly changes: readonly NotedChange[]
}

export interface NotedChange {
  /** Markdown. */
  readonly text: string
  /** The same without markup. */
  readonly description: string
  readonly links: readonly HubLink[]
  /** The number of the request that brought it. */
  readonly pullRequest?: number
  readonly kind: ChangeKind
  readonly breaking: boolean
}

export interface NotesText {
  /** Markdown above the changes. */
  readonly header?: string
  /** Markdown below all. */
  readonly footer?: string
}

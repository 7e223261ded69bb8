/** Who made a commit. */
export interface Person {
  readonly name: string
  readonly email: string
}

/** A commit as git tells it, names as .mailmap has them. */
export interface LoggedCommit {
  /** The full commit id. */
  readonly id: string
  /** Full ids; two or more are a merge. */
  readonly parents: readonly string[]
  /** When it was committed, in UTC: `2026-11-21T08:51:00Z`. */
  readonly date: string
  readonly author: Person
  readonly message: string
  /** Those of `Co-authored-by`. */
  readonly coAuthors: readonly Person[]
}

/** A line at the end of a message: `Refs: #12`. */
export interface Footer {
  readonly token: string
  readonly value: string
}

/** What a commit changed, as its message says. */
export interface Commit {
  /** The full commit id. */
  readonly id: string
  /** When it was committed, in UTC: `2026-11-21T08:51:00Z`. */
  readonly date: string
  /** The message's first line as it stands. */
  readonly subject: string
  /** All after the first line. */
  readonly body: string
  /** `feat`, `fix` ...: one of `commitTypes`. Absent where the message is a plain one. */
  readonly type?: CommitType
  /** What stands in parentheses after the type. */
  readonly scope?: string
  /** The subject without type, scope and the number of its request. */
  readonly description: string
  /** Whether `!` or a footer BREAKING CHANGE says that users have to do something. */
  readonly breaking: boolean
  /** What that footer says. */
  readonly breakingNote?: string
  /** The number of the pull or merge request that brought it. */
  readonly pullRequest?: number
  /** Its author, then those who are named as co-authors; each once. */
  readonly authors: readonly Person[]
  readonly footers: readonly Footer[]
}

/** Types of https://www.conventionalcommits.org/en/v1.0.0, and those that its tools and people add to them. */
export const commitTypes = [
  'feat', 'fix', 'perf', 'security', 'deprecate', 'remove', 'deps', 'revert', 'docs', 'style', 'refactor', 'test', 'build', 'ci', 'chore',
] as const

export type CommitType = typeof commitTypes[number]

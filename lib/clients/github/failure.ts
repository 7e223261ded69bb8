import { ReleaseError } from '../../values/errors.ts'

/** The cause of an error about an answer of GitHub. */
export interface GithubFailure {
  readonly status: number
  /** Whether it may be over at the next try. */
  readonly passing: boolean
  /** Milliseconds that GitHub wants to be left alone; nothing was carried out then. */
  readonly wait?: number
  /** What is wrong, as GitHub calls it: `already_exists`, `tag_name was used by an immutable release`. */
  readonly reasons: readonly string[]
}

export function githubFailure(error: unknown): GithubFailure | undefined {
  const cause = error instanceof ReleaseError ? error.cause as Partial<GithubFailure> | undefined : undefined
  return cause?.status !== undefined && cause.reasons !== undefined ? cause as GithubFailure : undefined
}

/** Whether GitHub says that something is wrong, by the name that it has for it. */
export function saysThat(error: unknown, reason: RegExp): boolean {
  return githubFailure(error)?.reasons.some(one => reason.test(one)) ?? false
}

import type { GithubAccess } from '../../clients/github/access.ts'
import type { GithubPulls } from '../../clients/github/pulls.ts'
import type { Release } from '../../values/release.ts'

/** What a pull request says: a text, or what a function makes of the release. */
export type PullText = string | ((release: Pick<Release, 'project' | 'version'>) => string)

export interface PullRequestOptions {
  /** Default: `gateway 1.2.3`. */
  readonly title?: PullText
  /** Markdown. Default: where it comes from, and what merging it does. */
  readonly body?: PullText
  /**
   * Its own branch. Default: `slipway/<project>-<version>`, so that each version has a pull request of its own. With one name for all,
   * the next version takes the place of the last one in the same pull request.
   */
  readonly branch?: string
  /** Whether it is opened as a draft. */
  readonly draft?: boolean
  /** Added to those that it has. */
  readonly labels?: readonly string[]
  /** `example/demo`. Default: what the repository's address says. */
  readonly repository?: string
  /** GitHub's REST API, `https://github.example.com/api/v3`. Default: that of the repository's host. */
  readonly api?: string
}

/** How GitHub is reached. */
export type OpenPulls = (access: GithubAccess) => GithubPulls | Promise<GithubPulls>

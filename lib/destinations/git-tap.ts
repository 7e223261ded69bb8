import { posix } from 'node:path'
import { remoteAddress } from '../clients/git/remote-address.ts'
import type { Destination } from '../contracts/destination.ts'
import { ReleaseError } from '../values/errors.ts'
import type { Tap } from './git-tap/open-tap.ts'
import type { OpenPulls, PullRequestOptions } from './git-tap/pull-options.ts'
import { pullPlace } from './git-tap/pull-place.ts'
import { isDemo, pathOf, type Tapped } from './git-tap/tapped-files.ts'
import { webAddress } from './git-tap/web-address.ts'

export type { PullRequestOptions, PullText } from './git-tap/pull-options.ts'

export interface GitTapOptions {
  /** `https://github.com/example/demo.git`, `git@github.com:example/demo.git`, `example/demo` on GitHub, or a path from the folder of build.ts. */
  readonly repository: string
  /** Default: `main`. It is made where there is none. */
  readonly branch?: string
  /** The folder of the repository that files go into. Default: its root. */
  readonly folder?: string
  /** For https: a token that may write there. For ssh, your agent and your known hosts are asked. */
  readonly token?: string | undefined
  /** What the server wants with the token. Default: `x-access-token`; most servers take any name. */
  readonly username?: string | undefined
  /** Who commits, `Name <name@host.example>`. */
  readonly author?: string
  /** Where the branch's root is read, on a host other than GitHub, GitLab, Codeberg and Bitbucket. */
  readonly web?: string
  /**
   * At GitHub: asks somebody to merge it, in place of a push to the branch. The token has to write pull requests, too. Until it is
   * merged, nothing may name what is there by its address.
   */
  readonly pullRequest?: boolean | PullRequestOptions
}

/**
 * A branch of another repository, for what its users take from git: a demo that they clone, files that they read. A release is one
 * commit with fixed author and dates, pushed by compare-and-swap: the same release on the same commit is the same commit, and where
 * another run or a person was faster it goes on top of theirs. What an earlier release left is replaced; all else stays.
 *
 * Readers get the highest stable version: a patch of an older line changes nothing, nor does a candidate once a stable version
 * is there. What a release put there is listed in `.slipway/<project>.json`, in the same folder.
 * @param open how GitHub is reached for pull requests
 * @throws ReleaseError (USAGE) for what is no repository, branch, folder or author, and for pull requests elsewhere than at GitHub
 */
export function gitTap(options: GitTapOptions, open: OpenPulls = async access => (await import('../clients/github/pulls.ts')).createGithubPulls(access)): Destination<Tapped> {
  const { repository, branch = 'main', folder = '.', token, username, author = 'Slipway <slipway@noreply.invalid>', web, pullRequest = false } = options
  const address = remoteAddress(repository)
  refuseBranch(branch)
  if (!/^[^<>\0-\x1f]+ <[^<>\s\0-\x1f]+>$/.test(author)) throw refusal(`${JSON.stringify(author)} is no author`, 'Write Name <name@host.example>.')
  const tap: Omit<Tap, 'name'> = { address, branch, folder: folderOf(folder), author, token, username }
  const pulls = pullRequest === true ? {} : pullRequest || undefined
  if (pulls?.branch !== undefined) refuseBranch(pulls.branch)
  if (pulls?.branch === branch) throw refusal(`${branch} would be merged into itself`, 'Give pullRequest another branch, or none.')
  const name = `tap ${repository}${branch === 'main' ? '' : ` ${branch}`}${tap.folder === '' ? '' : ` ${tap.folder}`}${pulls ? ' by pull request' : ''}`
  const own: Tap = { ...tap, name, ...pulls && { pull: pullPlace(pulls, { address, base: branch, token, name }, open) } }
  return {
    name,
    local: address.kind === 'file' && !pulls,
    ...pulls && { deferred: true },
    reversible: true,
    url: outline => webAddress({ address, branch, path: posix.join(own.folder, pathOf(outline)).replace(/^\.$/, ''), isFolder: isDemo(outline), web }),
    check: async (world, what) => (await import('./git-tap/check-tap.ts')).checkTap(own, world, what),
    probe: async (what, world) => (await import('./git-tap/find-tapped.ts')).findTapped(own, what, world),
    open: async (release, world) => (await import('./git-tap/tap-session.ts')).tapSession(own, release, world),
  }
}

/** Source: https://git-scm.com/docs/git-check-ref-format. */
function refuseBranch(branch: string): void {
  const wrong = /[\0-\x20~^:?*[\\\x7f]|\.\.|@\{|\/\/|^[/.-]|[/.]$|^@$|\/\.|\.lock(\/|$)/.test(branch) || branch === '' || branch.startsWith('refs/')
  if (wrong) throw refusal(`${JSON.stringify(branch)} is no name of a branch`, 'Write one such as main.')
}

function folderOf(folder: string): string {
  const normal = posix.normalize(folder).replace(/\/+$/, '')
  if (folder !== '' && normal === '.') return ''
  const plain = folder !== '' && !posix.isAbsolute(folder) && !/[\0-\x1f\\]/.test(folder) && normal.split('/').every(part => part !== '..' && !/^\.(git|slipway)$/i.test(part))
  if (plain) return normal
  throw refusal(`${JSON.stringify(folder)} is no folder of a repository`, 'Write a relative path such as Formula.')
}

function refusal(why: string, hint: string): ReleaseError {
  return new ReleaseError(`Cannot use a repository as a tap: ${why}`, { code: 'USAGE', hint })
}

import { checkedBase, placeOf } from '../../clients/github/address.ts'
import type { GithubPulls } from '../../clients/github/pulls.ts'
import type { RemoteAddress } from '../../clients/git/remote-address.ts'
import type { World } from '../../contracts/workshop.ts'
import { repositoryUrl } from '../../formats/repository-url.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Release } from '../../values/release.ts'
import type { OpenPulls, PullRequestOptions, PullText } from './pull-options.ts'

/** Where a release is proposed, and with which words. */
export interface PullPlace {
  readonly labels: readonly string[]
  readonly draft: boolean
  /** Its own branch, for all versions alike; undefined where each has one of its own. */
  readonly branch: string | undefined
  readonly title: (release: Release) => string
  readonly body: (release: Release) => string
  /** @throws ReleaseError (CREDENTIALS) without a token, which is needed however git reaches the repository */
  reach(world: Pick<World, 'signal'>, tries?: number): Promise<GithubPulls>
}

export interface PullSetting {
  readonly address: RemoteAddress
  /** What it is merged into. */
  readonly base: string
  readonly token: string | undefined
  /** The tap's name. */
  readonly name: string
}

/** @throws ReleaseError (USAGE) for a repository that is not GitHub's */
export function pullPlace({ title, body, branch, draft = false, labels = [], ...where }: PullRequestOptions, { address, base, token, name }: PullSetting, open: OpenPulls): PullPlace {
  const { repository, baseUrl } = githubOf(address, where)
  return {
    labels, draft, branch,
    title: release => textOf(title, release) ?? `${release.project.name} ${release.version.semver}`,
    body: release => (textOf(body, release) ?? usualBody(release, base)).replaceAll('\r\n', '\n'),
    reach: async ({ signal }, tries) => {
      if (!token) throw new ReleaseError(`Cannot open pull requests for ${name}: there is no token`, { code: 'CREDENTIALS', hint: 'Give gitTap() one that may write contents and pull requests there; ssh has no say in it.' })
      return open({ repository, baseUrl, token, environment: process.env, signal, ...tries === undefined ? {} : { tries } })
    },
  }
}

function textOf(text: PullText | undefined, release: Release): string | undefined {
  return typeof text === 'function' ? text(release) : text
}

function usualBody({ project: { name }, version: { semver, commit } }: Release, base: string): string {
  return `${name} ${semver}, made from commit ${commit}.\n\nReaders of \`${base}\` get it once this is merged. Another run of the release writes this text anew.\n`
}

/** Hosts that have other ways to ask for a merge. */
const others = /(?:^|\.)(?:gitlab|gitea|forgejo|codeberg|bitbucket)\./

/** GitHub itself, its hosts for enterprises, and servers of one's own. */
function githubOf({ text }: RemoteAddress, { api, repository }: Pick<PullRequestOptions, 'api' | 'repository'>): { readonly repository: string; readonly baseUrl: string } {
  const web = repositoryUrl(text)
  const url = web === undefined ? undefined : new URL(web)
  if (!url && (api === undefined || repository === undefined)) throw refusal(`${text} does not say which repository of GitHub it is`, 'Say it: pullRequest: { repository: \'example/demo\', api: \'https://api.github.com\' }.')
  if (url && api === undefined && others.test(url.hostname)) throw refusal(`${url.hostname} is not GitHub`, 'Leave it out: the branch is pushed to then.')
  const name = repository ?? url?.pathname.slice(1) ?? ''
  placeOf(name)
  return { repository: name, baseUrl: checkedBase(api ?? apiOf(url)) }
}

function apiOf(url: URL | undefined): string {
  const { protocol = '', host = '', hostname = '' } = url ?? {}
  return /^github\.com$|\.ghe\.com$|^github\.localhost$/.test(hostname) ? `${protocol}//api.${host}` : `${protocol}//${host}/api/v3`
}

function refusal(why: string, hint: string): ReleaseError {
  return new ReleaseError(`Cannot open pull requests for a tap: ${why}`, { code: 'USAGE', hint })
}

/** The branch of a release's pull request, or of one that takes it back. */
export function pullBranch({ pull, folder, branch }: { readonly pull: Pick<PullPlace, 'branch'>; readonly folder: string; readonly branch: string }, { project, version }: Release): string {
  if (pull.branch !== undefined) return pull.branch
  const parts = ['slipway', ...branch === 'main' ? [] : [branch], ...folder === '' ? [] : [folder], `${project.name}-${version.semver}`]
  // Source: https://git-scm.com/docs/git-check-ref-format.
  return parts.join('/').replaceAll(/[^\w./+-]+/g, '-').replaceAll(/\.{2,}|\/\.|\.lock(?=\/|$)/g, '-')
}

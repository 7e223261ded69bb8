import { Octokit } from '@octokit/core'
import type { GithubFetch } from './fetch.ts'

/** GitHub's REST API with its own types. */
export type GithubApi = Octokit

export interface GithubApiOptions {
  /** `https://api.github.com` */
  readonly baseUrl: string
  readonly fetch: GithubFetch
  /** What opens it: a token, or undefined where nobody is told who asks. */
  readonly token: () => Promise<string | undefined>
}

/**
 * Octokit as a mere translation of calls into requests: each is sent once, and whoever asks decides whether it is sent again.
 * The plugins that repeat requests send what creates something twice when an answer is lost, and cannot be stopped while they wait.
 */
export function githubApi({ baseUrl, fetch, token }: GithubApiOptions): GithubApi {
  const silent = (): void => undefined
  const api = new Octokit({
    baseUrl, request: { fetch }, log: { debug: silent, info: silent, warn: silent, error: silent },
  })
  api.hook.before('request', async options => {
    options.headers['x-github-api-version'] = '2022-11-28'
    if (options.headers.authorization !== undefined) return   // an app speaks for itself
    const text = await token()
    if (text !== undefined) options.headers.authorization = `Bearer ${text}`
  })
  return api
}

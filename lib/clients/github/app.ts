import { createAppAuth } from '@octokit/auth-app'
import { ReleaseError } from '../../values/errors.ts'
import type { GithubApi } from './api.ts'

/** A GitHub App that is installed where the repository is. */
export interface GithubApp {
  /** Its id: `4711`. */
  readonly id: string | number
  /** Its private key in PEM form, line breaks as they are or as `\n`. */
  readonly privateKey: string
  /** Looked up where it is absent. */
  readonly installation?: number
}

/**
 * Gives tokens of an app's installation that may write the contents of one repository and nothing else. Each is used for
 * as long as it lasts.
 * @param api without a token of its own
 */
export function githubAppToken({ id, privateKey, installation }: GithubApp, { owner, repo }: { readonly owner: string, readonly repo: string }, api: GithubApi): () => Promise<string> {
  const authenticate = createAppAuth({ appId: id, privateKey, request: api.request, log: { warn: () => undefined } })
  let found: Promise<number> | undefined
  const look = async (): Promise<number> => {
    const { token } = await authenticate({ type: 'app' }).catch((error: unknown) => { throw unusable(error) })
    const { data } = await api.request('GET /repos/{owner}/{repo}/installation', { owner, repo, headers: { authorization: `Bearer ${token}` } })
    return data.id
  }
  return async () => {
    found ??= installation === undefined ? look() : Promise.resolve(installation)
    const installationId = await found.catch((error: unknown) => {
      found = undefined   // it may have been a cut
      throw error
    })
    return (await authenticate({ type: 'installation', installationId, repositoryNames: [repo], permissions: { contents: 'write' } })).token
  }
}

/** What goes wrong before anything is asked is the key: its text is not repeated. */
function unusable(error: unknown): unknown {
  if ((error as { readonly status?: number }).status !== undefined) return error
  return new ReleaseError('Cannot sign as a GitHub App: its private key cannot be read', {
    code: 'CREDENTIALS', hint: 'Give the whole of the .pem file that GitHub made, with its first and its last line.',
  })
}

import type { Http } from '../../contracts/http.ts'
import { checkedBase, type GithubPlace } from './address.ts'
import type { GithubApi } from './api.ts'
import type { GithubApp } from './app.ts'
import { createAsk, type Asking } from './ask.ts'
import type { GithubPermission } from './error.ts'
import { createHttp } from '../http.ts'

/** How one repository is reached. */
export interface GithubAccess {
  /** `example/gateway` */
  readonly repository: string
  /** `https://api.github.com`; a GitHub Enterprise Server's ends in `/api/v3`. */
  readonly baseUrl: string
  readonly token?: string | undefined
  readonly app?: GithubApp | undefined
  /** Read for proxies and certificates. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly signal?: AbortSignal
  /** Waits so many milliseconds. */
  readonly sleep?: (milliseconds: number) => Promise<void>
  /** How often something is tried at most. */
  readonly tries?: number
}

/**
 * Who asks, and how; what that needs is loaded with the first request.
 * @param permission what a token needs, for errors
 * @throws ReleaseError (USAGE) for an address that is none
 */
export function askingOf({ baseUrl, token, app, environment, signal, sleep, tries }: GithubAccess, place: GithubPlace, permission: GithubPermission = 'contents'): Asking {
  const base = checkedBase(baseUrl)
  const given = new Set<string>(token ? [token] : app ? [app.privateKey] : [])
  const http: Http = createHttp({ environment, ...(signal ? { signal } : {}) })
  const open = async (): Promise<GithubApi> => {
    const [{ githubApi }, { githubFetch }] = await Promise.all([import('./api.ts'), import('./fetch.ts')])
    const fetch = githubFetch(http)
    if (!app) return githubApi({ baseUrl: base, fetch, token: async () => token || undefined })
    const { githubAppToken } = await import('./app.ts')
    const installed = githubAppToken(app, place, githubApi({ baseUrl: base, fetch, token: async () => undefined }))
    return githubApi({ baseUrl: base, fetch, token: async () => {
      const text = await installed()
      given.add(text)
      return text
    } })
  }
  let opened: Promise<GithubApi> | undefined
  return createAsk({ api: () => opened ??= open(), secrets: () => [...given], known: given.size > 0, permission, signal, sleep, tries })
}

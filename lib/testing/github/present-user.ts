import type { Links } from './call.ts'
import { nodeId } from './node-id.ts'

/** A person or an app, as GitHub shows one: "simple user". */
export function presentUser(login: string, { api, web }: Pick<Links, 'api' | 'web'>): Readonly<Record<string, unknown>> {
  const url = `${api}/users/${login}`
  const id = Buffer.from(login).reduce((sum, byte) => (sum * 31 + byte) % 1e8, 7)
  const below = (name: string): string => `${url}/${name}`
  return {
    login, id, node_id: nodeId('U', id), avatar_url: `${web}/avatars/${id}`, gravatar_id: '', url, html_url: `${web}/${login}`,
    followers_url: below('followers'), following_url: below('following{/other_user}'), gists_url: below('gists{/gist_id}'),
    starred_url: below('starred{/owner}{/repo}'), subscriptions_url: below('subscriptions'), organizations_url: below('orgs'),
    repos_url: below('repos'), events_url: below('events{/privacy}'), received_events_url: below('received_events'),
    type: login.endsWith('[bot]') ? 'Bot' : 'User', site_admin: false,
  }
}
